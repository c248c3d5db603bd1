package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many requests at once, with little room and little patience. */
@MicronautTest(transactional = false)
@Property(name = "pulsegraph.ingest.queue-bytes", value = "600000")
@Property(name = "pulsegraph.ingest.commit-timeout", value = "3s")
class GroupCommitTest {
    private static final int ROOM = 600_000;

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    GroupCommit commit;

    private UUID organization;
    private String key;

    @BeforeEach
    void makeTeam() {
        Fixtures.Team team = fixtures.team();
        organization = UUID.fromString(superuser.text("select id from organizations where slug = ?", team.slug()));
        key = team.apiKey("INGEST");
    }

    /** At a pace that lasts: a server that was just started writes small batches, since requests reach it slowly. */
    @Test
    void many_requests_share_few_transactions() throws Exception {
        sendAtOnce(20);
        makeTeam();
        int requests = sendAtOnce(40);
        assertThat(stored()).isEqualTo(requests);
        long transactions = superuser.number(
                "select count(distinct xmin::text) from analytics_page_views where organization_id = ?", organization);
        assertThat(transactions).isLessThanOrEqualTo(requests / 20);
    }

    /** From 64 clients, each one request after the other. */
    private int sendAtOnce(int each) throws Exception {
        int threads = 64;
        try (ExecutorService senders = Executors.newFixedThreadPool(threads)) {
            List<Future<Long>> sent = IntStream.range(0, threads)
                    .mapToObj(thread -> senders.submit(() -> IntStream.range(0, each)
                            .filter(i -> page("m-" + thread + "-" + i).status() == 200)
                            .count()))
                    .toList();
            for (Future<Long> count : sent) {
                assertThat(count.get()).isEqualTo(each);
            }
        }
        return threads * each;
    }

    @Test
    void what_does_not_fit_is_sent_back_and_nothing_acknowledged_is_lost() throws Exception {
        int requests = 60;
        List<Answer> answers = new ArrayList<>();
        AtomicLong most = new AtomicLong();
        try (ExecutorService senders = Executors.newFixedThreadPool(requests);
                Connection holder = holding()) {
            List<Future<Answer>> sent = IntStream.range(0, requests)
                    .mapToObj(i -> senders.submit(() -> large("first", i)))
                    .toList();
            await(() -> {
                most.accumulateAndGet(commit.inFlight().used(), Math::max);
                return sent.stream().filter(Future::isDone).count() >= requests - ROOM / 40_000;
            });
            holder.rollback();
            for (Future<Answer> answer : sent) {
                answers.add(answer.get());
            }
        }
        List<Answer> refused =
                answers.stream().filter(answer -> answer.status() != 200).toList();
        assertThat(refused)
                .hasSizeBetween(requests - ROOM / 40_000, requests - 1)
                .allSatisfy(answer -> {
                    assertThat(answer.failed("RATE_LIMITED").status()).isEqualTo(429);
                    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                });
        assertThat(most.get()).isBetween(1L, (long) ROOM);
        assertThat(stored()).isEqualTo(2L * (requests - refused.size()));
        // At once there is room again, for those that were sent back too.
        for (int i = 0; i < requests; i++) {
            assertThat(large("first", i).status()).isEqualTo(200);
        }
        assertThat(stored()).isEqualTo(2L * requests);
        assertThat(commit.inFlight().used()).isZero();
    }

    @Test
    void ten_times_too_much_is_mostly_sent_back_and_memory_stays_flat() throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        AtomicLong most = new AtomicLong();
        List<Long> acknowledged = new ArrayList<>();
        AtomicLong sentBack = new AtomicLong();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> sent = IntStream.range(0, 100)
                    .mapToObj(thread -> senders.submit(() -> {
                        long count = 0;
                        for (int i = 0; System.nanoTime() < until; i++) {
                            Answer answer = large("t" + thread, i);
                            assertThat(answer.status()).as(answer.text()).isIn(200, 429);
                            if (answer.status() == 200) {
                                count++;
                            } else {
                                sentBack.incrementAndGet();
                            }
                            most.accumulateAndGet(commit.inFlight().used(), Math::max);
                        }
                        return count;
                    }))
                    .toList();
            for (Future<Long> count : sent) {
                acknowledged.add(count.get());
            }
        }
        assertThat(sentBack.get()).isPositive();
        assertThat(most.get()).isLessThanOrEqualTo(ROOM);
        assertThat(stored())
                .isEqualTo(2 * acknowledged.stream().mapToLong(count -> count).sum())
                .isPositive();
        long begin = System.nanoTime();
        assertThat(page("afterwards").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(commit.inFlight().used()).isZero();
    }

    @Test
    void a_request_that_waits_too_long_is_sent_back_and_may_be_sent_again() throws Exception {
        try (ExecutorService senders = Executors.newFixedThreadPool(2);
                Connection holder = holding()) {
            Future<Answer> first = senders.submit(() -> page("first"));
            await(() -> commit.inFlight().used() > 0);
            Future<Answer> second = senders.submit(() -> page("second"));
            for (Future<Answer> late : List.of(first, second)) {
                assertThat(late.get().status()).as(late.get().text()).isEqualTo(503);
                assertThat(late.get().headers().firstValue("Retry-After")).contains("2");
            }
            holder.rollback();
        }
        assertThat(page("first").status()).isEqualTo(200);
        assertThat(page("second").status()).isEqualTo(200);
        assertThat(stored()).isEqualTo(2);
        await(() -> commit.inFlight().used() == 0);
    }

    @Test
    void others_are_written_while_an_organization_is_held_and_its_flood_is_sent_back() throws Exception {
        String other = fixtures.team().apiKey("INGEST");
        int requests = 40;
        try (ExecutorService senders = Executors.newFixedThreadPool(requests);
                Connection holder = holding()) {
            List<Future<Answer>> flood = IntStream.range(0, requests)
                    .mapToObj(i -> senders.submit(() -> large("flood", i)))
                    .toList();
            await(() -> flood.stream().anyMatch(Future::isDone));
            for (Future<Answer> answer : flood) {
                assertThat(!answer.isDone() || answer.get().status() == 429).isTrue();
            }
            long begin = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                Answer answer = send(other, "other-" + i);
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(2500));
            assertThat(stored()).isZero();
            holder.rollback();
            long acknowledged = 0;
            for (Future<Answer> answer : flood) {
                assertThat(answer.get().status()).as(answer.get().text()).isIn(200, 429);
                acknowledged += answer.get().status() == 200 ? 2 : 0;
            }
            assertThat(stored()).isEqualTo(acknowledged).isPositive();
        }
        await(() -> commit.inFlight().used() == 0);
    }

    private Answer send(String withKey, String messageId) {
        return api.send(Events.request(api.uri("/v1/page"), withKey, Events.page(messageId)));
    }

    /** Whoever writes for the organization waits for this. */
    private Connection holding() throws SQLException {
        Connection connection = superuser.connect();
        connection.setAutoCommit(false);
        try (var lock = connection.prepareStatement("select app.lock(?, 'traffic')")) {
            lock.setObject(1, organization);
            lock.execute();
        }
        return connection;
    }

    private Answer page(String messageId) {
        return api.send(Events.request(api.uri("/v1/page"), key, Events.page(messageId)));
    }

    /** Some 40 KB with two events. */
    private Answer large(String prefix, int number) {
        String id = prefix + "-" + number;
        Map<String, Object> filler = Map.of("x", "x".repeat(20_000));
        return api.send(Events.request(
                api.uri("/v1/batch"),
                key,
                Events.batch(List.of(
                        Events.with(Events.page(id + "-1"), "properties", filler),
                        Events.with(Events.page(id + "-2"), "properties", filler)))));
    }

    private long stored() {
        return superuser.number("select count(*) from analytics_page_views where organization_id = ?", organization);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
