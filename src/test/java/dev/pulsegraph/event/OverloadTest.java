package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.HeapWatch;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten times as much as a server can write, for half a minute. */
class OverloadTest {
    private static final int HEAP_MEGABYTES = 256;
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final int READINGS = 2;
    private static final Duration BETWEEN_READINGS = Duration.ofMillis(200);
    /** What events may take of it as JSON, by default. */
    private static final double QUEUE_BYTES = HEAP_MEGABYTES * 1024 * 1024 / 32.0;
    /** As much as is left free for others. */
    private static final double MAX_PER_KEY = QUEUE_BYTES / 2;

    private final TestDatabase database = TestDatabase.migrated();
    private final UUID organization = UUID.randomUUID();
    private final String key = Secret.create(Secret.API_KEY).text();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        database.close();
    }

    @Test
    void ten_times_too_much_is_refused_and_costs_neither_memory_nor_events(@TempDir Path directory) throws Exception {
        database.execute("insert into organizations (id, name, slug) values ('" + organization + "', 'Busy', 'busy')");
        database.execute("insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes) values ('"
                + organization + "', gen_random_uuid(), 'a key', 'pgk_', decode('" + new Secret(key).sha256()
                + "', 'hex'), '{ingest}')");
        var heap = new HeapWatch(directory);
        try (ServerProcess server = ServerProcess.start(
                        database, directory, "-XX:+UseG1GC", "-Xmx" + HEAP_MEGABYTES + "m", heap.option());
                Load load = new Load(server.uri("/v1/batch"), key)) {
            load.closed(8, Duration.ofSeconds(3));
            double capacity = load.closed(8, Duration.ofSeconds(3));
            assertThat(load.refused).as("at capacity").isEmpty();
            int before = load.acknowledged.size();

            List<Sample> samples = new ArrayList<>();
            int offered;
            try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
                long end = System.nanoTime() + TIME.toNanos();
                Future<?> watch = thread.submit(() -> {
                    while (System.nanoTime() < end) {
                        int live = heap.live(server.pid());
                        List<Double> queued = new ArrayList<>();
                        for (int i = 0; i < READINGS; i++) {
                            server.runFor(BETWEEN_READINGS);
                            queued.add(server.metric("pulsegraph_ingest_queue_bytes"));
                        }
                        samples.add(new Sample(live, queued));
                    }
                    return samples;
                });
                offered = load.offer(10 * capacity, TIME);
                watch.get();
            }
            Duration recovery = untilAnsweredFast(server);
            load.awaitAnswers();
            int taken = load.acknowledged.size() - before;

            String told = "capacity %.0f/s, offered %d, taken %d, answers %s, recovery %s, samples %s"
                    .formatted(capacity, offered, taken, load.statuses, recovery, samples);
            assertThat(load.wrong).as(told).isEmpty();
            assertThat(load.statuses).as(told).containsKey(429);
            assertThat(offered).as(told).isGreaterThan(5 * taken);
            List<Double> queued =
                    samples.stream().flatMap(sample -> sample.queued.stream()).toList();
            assertThat(queued.stream().skip(READINGS).filter(bytes -> bytes > 0.8 * MAX_PER_KEY))
                    .as("what the key may have of the queue is full, but for the moments after a commit: %s", told)
                    .hasSizeGreaterThan((queued.size() - READINGS) / 2);
            assertThat(queued).as(told).allMatch(bytes -> bytes <= MAX_PER_KEY);
            int third = samples.size() / 3;
            double middle = mean(samples.subList(third, 2 * third));
            double last = mean(samples.subList(2 * third, samples.size()));
            // On a busy machine connections go on being opened, up to 4,000, each of which takes some kilobytes.
            assertThat(last).as("memory stays flat: %s", told).isLessThan(1.1 * middle + 16);
            assertThat(samples).as(told).allMatch(sample -> sample.live < 0.5 * HEAP_MEGABYTES);
            assertThat(recovery).as(told).isLessThan(Duration.ofSeconds(10));
            sendAgain(load);
            assertThat(load.wrong).isEmpty();
            assertThat(server.output()).doesNotContain("OutOfMemory", "ERROR");
            compare(load);
        }
    }

    /** What was refused counts once, though some of it may have been written after all. */
    private void sendAgain(Load load) throws Exception {
        List<Integer> again = Stream.concat(
                        load.refused.stream().limit(10),
                        load.refused.stream().skip(Math.max(0, load.refused.size() - 20)))
                .distinct()
                .toList();
        int before = load.acknowledged.size();
        for (int request : again) {
            load.send(request).get();
        }
        assertThat(load.acknowledged).hasSize(before + again.size());
    }

    private void compare(Load load) {
        String messageKey = Events.endOfMessage(organization, "'r' || r || '-' || e");
        database.execute("create table acknowledged as select " + messageKey + " as id from unnest('{"
                + load.acknowledged.stream().distinct().map(String::valueOf).collect(Collectors.joining(","))
                + "}'::int[]) r, generate_series(0, " + (Load.EVENTS - 1) + ") e");
        database.execute("create view raw as select " + Events.endOfId()
                + " as id, visitor, user_code, viewed_at as at, 1 as views, 0 as clicks from analytics_page_views union all"
                + " select " + Events.endOfId() + ", visitor, user_code, clicked_at, 0, 1 from analytics_clicks");
        assertThat(database.texts("select count(*) from acknowledged left join raw using (id) where raw.id is null"))
                .as("acknowledged and lost")
                .containsExactly("0");
        assertThat(database.texts("select count(*) - count(distinct id) from raw"))
                .as("counted twice")
                .containsExactly("0");
        String recounted = """
                select %1$s as bucket, user_code, sum(sessions) as sessions, sum(views) as views, sum(clicks) as clicks,
                  sum(bounces) as bounces, sum(seconds) as seconds
                from (
                  select at, user_code, 0 as sessions, views, clicks, 0 as bounces, 0 as seconds from raw
                  union all
                  select first_seen, user_code, 1, 0, 0, (page_views = 1 and clicks = 0)::int,
                    floor(extract(epoch from last_seen - first_seen))
                  from analytics_sessions) r
                group by 1, 2""";
        assertSame(
                recounted.formatted("date_bin('15 minutes', at, '2000-01-01Z')"),
                "select bucket, user_code, sessions, page_views, clicks, bounces, seconds from traffic_quarter_hours");
        assertSame(
                recounted.formatted("(at at time zone 'UTC')::date"),
                "select date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds"
                        + " from analytics_daily_user_stats");
        assertThat(database.texts("select sum(page_views) || ' ' || sum(clicks) from analytics_sessions"))
                .isEqualTo(database.texts("select sum(views) || ' ' || sum(clicks) from raw"));
    }

    private void assertSame(String recounted, String stored) {
        assertThat(database.texts("select count(*) from ((" + recounted + ") except (" + stored + ")) d"))
                .as(stored)
                .containsExactly("0");
        assertThat(database.texts("select count(*) from ((" + stored + ") except (" + recounted + ")) d"))
                .as(stored)
                .containsExactly("0");
    }

    /** How long it takes until a single request is answered at once. */
    private Duration untilAnsweredFast(ServerProcess server) throws Exception {
        long begin = System.nanoTime();
        for (int i = 0; ; i++) {
            long sent = System.nanoTime();
            HttpResponse<String> answer = http.send(
                    Events.request(server.uri("/v1/page"), key, Events.page("after " + i)),
                    HttpResponse.BodyHandlers.ofString());
            long now = System.nanoTime();
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 429, 503);
            if (answer.statusCode() == 200 && now - sent < Duration.ofSeconds(1).toNanos()) {
                return Duration.ofNanos(now - begin);
            }
            assertThat(Duration.ofNanos(now - begin)).as("the recovery").isLessThan(Duration.ofSeconds(30));
            server.runFor(Duration.ofMillis(100));
        }
    }

    private static double mean(List<Sample> samples) {
        return samples.stream().mapToInt(sample -> sample.live).average().orElseThrow();
    }

    /**
     * A look at the server.
     *
     * @param live megabytes of heap after a collection
     * @param queued bytes of events that are not committed yet
     */
    private record Sample(int live, List<Double> queued) {}
}
