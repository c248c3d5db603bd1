package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.metric.MetricWorld.Sample;
import dev.pulsegraph.metric.oracle.Definition.Aggregation;
import dev.pulsegraph.metric.oracle.Definition.Kind;
import dev.pulsegraph.metric.oracle.Question;
import dev.pulsegraph.metric.oracle.Question.Comparison;
import dev.pulsegraph.metric.oracle.Question.Dimension;
import dev.pulsegraph.metric.oracle.Question.Fill;
import dev.pulsegraph.metric.oracle.SeriesKey;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import dev.pulsegraph.support.oracle.Granularity;
import dev.pulsegraph.support.oracle.LocalCalendar;
import dev.pulsegraph.support.oracle.RandomHistory;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/** A random life of an organization's metrics, the same one for the same seed but for what threads do. */
final class MetricHistory extends RandomHistory {
    static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/St_Johns",
            "America/Havana",
            "Asia/Kathmandu",
            "Australia/Adelaide",
            "Australia/Lord_Howe",
            "Pacific/Apia");

    /** Weeks and years that begin in one another, a leap day, midnights that clocks showed twice or never. */
    private static final List<String> BORDERS = List.of(
            "2024-02-29T12:00:00Z",
            "2024-12-30T00:00:00Z",
            "2025-01-01T00:00:00Z",
            "2010-11-07T02:31:00Z",
            "2024-11-03T05:00:00Z",
            "2024-03-10T05:00:00Z");

    private static final List<String> PLATFORMS = List.of("all", "instagram", "tiktok", "a.b-c_d");

    private final MetricWorld world;
    private final List<String> posts = new ArrayList<>();
    private final List<SeriesKey> series = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();

    MetricHistory(long seed, Fixtures fixtures, Superuser superuser) {
        super(seed);
        world = new MetricWorld(fixtures.team(), superuser, any(ZONES));
        for (int i = 0; i < 3; i++) {
            posts.add(world.team().post("Post " + i));
        }
        List<UUID> accounts = List.of(new UUID(random.nextLong(), random.nextLong()), new UUID(0, random.nextLong()));
        List<String> metrics = List.copyOf(world.definitions.keySet());
        for (int i = 0; i < 14; i++) {
            boolean ofPost = random.nextInt(3) > 0;
            series.add(new SeriesKey(
                    ofPost ? "POST" : "ACCOUNT",
                    ofPost ? uuid(any(posts)) : any(accounts),
                    i < 4 ? "likes" : any(metrics),
                    any(PLATFORMS)));
        }
        for (int i = 0; i < 3; i++) {
            addTimesAround(border());
        }
    }

    private Instant border() {
        if (random.nextInt(3) == 0) {
            return Instant.parse(any(BORDERS));
        }
        ZoneId zone = ZoneId.of(random.nextBoolean() ? world.timeZone : any(ZONES));
        Instant after = Instant.parse("2024-01-20T00:00:00Z").plus(random.nextInt(600), ChronoUnit.DAYS);
        ZoneOffsetTransition transition = zone.getRules().nextTransition(after);
        return transition == null ? Instant.parse("2024-12-31T18:15:00Z") : transition.getInstant();
    }

    private void addTimesAround(Instant border) {
        for (int i = 0; i < 12; i++) {
            Instant at = border.plus(
                    switch (random.nextInt(7)) {
                        case 0 -> Duration.ZERO;
                        case 1 -> Duration.of(random.nextBoolean() ? 1 : -1, ChronoUnit.MICROS);
                        case 2 -> Duration.ofMinutes(15L * (random.nextInt(17) - 8));
                        case 3 -> Duration.ofHours(random.nextInt(101) - 50);
                        case 4 -> Duration.ofMinutes(random.nextInt(6_001) - 3_000);
                        case 5 -> Duration.ofSeconds(random.nextInt(1_800) - 900);
                        default -> Duration.of(random.nextLong(7_200_000_000L) - 3_600_000_000L, ChronoUnit.MICROS);
                    });
            times.add(at);
            if (random.nextInt(4) == 0) {
                times.add(at.minus(random.nextBoolean() ? 365 : 364, ChronoUnit.DAYS));
            }
        }
    }

    /** Does something, answers what, and sees whether all is as it should be. */
    @Override
    protected void step() {
        int what = random.nextInt(100);
        if (what < 35) {
            world.record(batch(1 + random.nextInt(30)));
        } else if (what < 45) {
            correct();
        } else if (what < 60) {
            writeTogether();
        } else if (what < 70) {
            quarrel();
        } else if (what < 80) {
            delete();
        } else if (what < 83) {
            deletePost();
        } else if (what < 85) {
            world.move(any(ZONES));
        } else if (what < 88) {
            world.define("new_followers", any(List.of(Kind.values())), any(List.of(Aggregation.values())));
        }
        world.compareTiers();
        ask();
        if (random.nextInt(4) == 0) {
            world.compareNewest(posts);
        }
        if (random.nextInt(6) == 0) {
            List<Instant> range = range();
            world.compareTop(
                    random.nextBoolean() ? "likes" : any(series).metric(),
                    random.nextBoolean() ? null : any(PLATFORMS),
                    range.getFirst(),
                    range.getLast(),
                    1 + random.nextInt(4));
        }
    }

    private List<Sample> batch(int size) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            samples.add(random.nextInt(60) == 0 ? unknown() : sample(any(series), any(times)));
            if (random.nextInt(12) == 0) {
                samples.add(any(samples));
            }
        }
        return samples;
    }

    private Sample unknown() {
        SeriesKey known = any(series);
        return new Sample(
                new SeriesKey(known.entityType(), known.entity(), "unheard_of", known.platform()),
                any(times),
                BigDecimal.ONE);
    }

    /** Few different values, so that readings repeat, rise and fall. */
    private Sample sample(SeriesKey of, Instant at) {
        BigDecimal value = switch (random.nextInt(5)) {
            case 0 -> BigDecimal.ZERO;
            case 1 -> BigDecimal.valueOf(random.nextInt(1_000_000), 6);
            case 2 -> BigDecimal.valueOf(random.nextInt(100_000_000), 1);
            default -> BigDecimal.valueOf(random.nextInt(12));
        };
        boolean mayFall = List.of("followers", "engagement_rate").contains(of.metric());
        return new Sample(of, at, mayFall && random.nextInt(4) == 0 ? value.negate() : value);
    }

    private void correct() {
        List<Sample> corrections = new ArrayList<>();
        world.ledger.readings().forEach(reading -> {
            if (random.nextInt(8) == 0) {
                corrections.add(
                        random.nextInt(3) == 0
                                ? new Sample(reading.series(), reading.at(), reading.value())
                                : sample(reading.series(), reading.at()));
            }
        });
        if (!corrections.isEmpty()) {
            Collections.shuffle(corrections, random);
            world.record(corrections);
        }
    }

    /** Several writers with samples of their own, in the same series, days and quarters of an hour. */
    private void writeTogether() {
        int writers = 2 + random.nextInt(3);
        Map<List<Object>, Sample> different = new LinkedHashMap<>();
        batch(40).forEach(sample -> different.put(List.of(sample.series(), sample.at()), sample));
        List<List<Sample>> batches = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            batches.add(new ArrayList<>());
        }
        int next = 0;
        for (Sample sample : different.values()) {
            batches.get(next++ % writers).add(sample);
        }
        List<Answer> answers =
                Concurrently.call(batches.stream().map(batch -> (Callable<Answer>) () -> world.send(batch)));
        for (int i = 0; i < writers; i++) {
            world.acknowledge(answers.get(i), batches.get(i));
        }
    }

    /** Several writers of the same samples, and one who deletes: who wins is not known, but somebody does. */
    private void quarrel() {
        List<Sample> fought = batch(10);
        List<List<Sample>> batches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<Sample> batch = new ArrayList<>();
            fought.forEach(sample -> batch.add(sample(sample.series(), sample.at())));
            batch.removeIf(
                    sample -> !world.definitions.containsKey(sample.series().metric()));
            Collections.shuffle(batch, random);
            batches.add(batch);
        }
        List<Callable<Answer>> all = new ArrayList<>();
        batches.forEach(batch -> all.add(() -> world.send(batch)));
        SeriesKey victim = any(series);
        all.add(() -> world.delete(victim, null, null, List.of()));
        String goner = random.nextInt(4) == 0 && posts.size() > 1 ? posts.removeLast() : null;
        if (goner != null) {
            all.add(() -> sendDeletePost(goner));
        }
        Concurrently.call(all.stream()).forEach(Answer::succeeded);
        world.adopt(batches.stream().flatMap(List::stream).toList());
        if (goner != null) {
            series.removeIf(of -> of.entity().equals(uuid(goner)));
        }
    }

    private void delete() {
        SeriesKey of = any(series);
        List<String> metrics =
                random.nextBoolean() ? null : List.of(of.metric(), any(series).metric());
        List<String> platforms = random.nextBoolean() ? null : List.of(of.platform());
        List<Instant> range = random.nextInt(3) == 0 ? List.of() : range();
        Answer answer = world.delete(of, metrics, platforms, range).succeeded();
        int deleted = world.ledger.delete((key, at) -> key.entity().equals(of.entity())
                && (metrics == null || metrics.contains(key.metric()))
                && (platforms == null || platforms.contains(key.platform()))
                && (range.isEmpty() || (!at.isBefore(range.getFirst()) && at.isBefore(range.getLast()))));
        assertThat(answer.at("deleteMetrics.deleted")).isEqualTo(deleted);
    }

    private void deletePost() {
        if (posts.size() > 1) {
            String goner = posts.removeLast();
            sendDeletePost(goner).succeeded();
            world.ledger.delete((key, at) -> key.entity().equals(uuid(goner)));
            series.removeIf(of -> of.entity().equals(uuid(goner)));
        }
    }

    private Answer sendDeletePost(String post) {
        return world.team()
                .asOwner()
                .ask("mutation ($id: ID!) { deletePost(input: { id: $id }) { deletedId } }", Map.of("id", post));
    }

    private void ask() {
        Granularity granularity = any(List.of(Granularity.values()));
        String zone = random.nextInt(5) < 2 ? null : any(ZONES);
        List<Instant> range = range(granularity, ZoneId.of(zone == null ? world.timeZone : zone));
        boolean byEntity = random.nextInt(4) == 0;
        boolean byPlatform = random.nextInt(3) == 0;
        List<Dimension> groupBy = new ArrayList<>();
        if (byEntity) {
            groupBy.add(Dimension.ENTITY);
        }
        if (byPlatform) {
            groupBy.add(Dimension.PLATFORM);
        }
        SeriesKey of = any(series);
        boolean ofEntity = random.nextInt(4) == 0;
        Question question = new Question(
                random.nextInt(3) == 0 ? List.of(of.metric(), other(of.metric())) : List.of(of.metric()),
                ofEntity || random.nextInt(4) == 0 ? of.entityType() : null,
                ofEntity ? List.of(of.entity()) : List.of(),
                random.nextInt(4) == 0 ? List.of(of.platform(), other(of.platform(), PLATFORMS)) : List.of(),
                range.getFirst(),
                range.getLast(),
                granularity,
                zone,
                random.nextInt(3) == 0 ? null : any(List.of(Aggregation.values())),
                groupBy,
                random.nextBoolean() ? null : any(List.of(Comparison.values())),
                random.nextBoolean() ? null : any(List.of(Fill.values())),
                groupBy.isEmpty() || random.nextBoolean() ? null : (Integer) (1 + random.nextInt(3)));
        if (ofEntity && of.entityType().equals("POST") && random.nextBoolean()) {
            world.compare(question, post(of.entity()));
        } else {
            world.compare(question);
        }
    }

    private String post(UUID entity) {
        return posts.stream()
                .filter(post -> uuid(post).equals(entity))
                .findFirst()
                .orElseThrow();
    }

    private String other(String metric) {
        return other(metric, List.copyOf(world.definitions.keySet()));
    }

    private String other(String than, List<String> from) {
        return any(from.stream().filter(name -> !name.equals(than)).toList());
    }

    private List<Instant> range() {
        Instant from = any(times);
        return List.of(from, from.plus(1 + random.nextLong(400_000), ChronoUnit.SECONDS));
    }

    /** Half of them are whole buckets. */
    private List<Instant> range(Granularity granularity, ZoneId zone) {
        int points = switch (granularity) {
            case TOTAL -> 1;
            case HOUR -> 1 + random.nextInt(60);
            case DAY -> 1 + random.nextInt(12);
            case WEEK, MONTH -> 1 + random.nextInt(6);
            case QUARTER, YEAR -> 1 + random.nextInt(3);
        };
        Granularity ofDays = granularity.ofDays() ? granularity : Granularity.DAY;
        LocalCalendar calendar = LocalCalendar.of(zone);
        Instant from = calendar.startOf(ofDays, any(times), 0);
        Instant to = calendar.startOf(ofDays, from, granularity == Granularity.HOUR ? 1 + points / 24 : points);
        return switch (random.nextInt(4)) {
            case 0, 1 -> List.of(from, to);
            case 2 -> List.of(from.plus(Duration.ofMinutes(15L * random.nextInt(90))), to.plusSeconds(900));
            default -> List.of(earlier(any(times), to), to.plus(random.nextLong(100_000_000), ChronoUnit.MICROS));
        };
    }

    /** A time before another, close enough for points of every length. */
    private static Instant earlier(Instant at, Instant than) {
        Instant closest = than.minus(3, ChronoUnit.DAYS);
        return at.isBefore(than) && at.isAfter(closest) ? at : closest.plus(7, ChronoUnit.MINUTES);
    }

    private static UUID uuid(String globalId) {
        return UUID.fromString(Worlds.uuid(globalId));
    }
}
