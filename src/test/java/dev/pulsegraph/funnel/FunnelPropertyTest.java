package dev.pulsegraph.funnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pulsegraph.funnel.oracle.AskedStep;
import dev.pulsegraph.funnel.oracle.NaiveFunnel;
import dev.pulsegraph.funnel.oracle.NaiveFunnel.Attempt;
import dev.pulsegraph.funnel.oracle.ToldEvent;
import dev.pulsegraph.funnel.oracle.ToldEvent.Kind;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever visitors did, in whatever order it was told, a funnel says what trying every attempt finds. */
@MicronautTest(transactional = false)
class FunnelPropertyTest {
    private static final int QUESTIONS = 25;
    private static final int DAYS = 10;
    private static final List<String> PLANS = List.of("free", "pro");
    private static final List<String> CODES =
            IntStream.range(0, 14).mapToObj(i -> "code" + i).toList();
    private static final List<AskedStep> STEPS = List.of(
            new AskedStep(Kind.EVENT, "a", null),
            new AskedStep(Kind.EVENT, "a", "pro"),
            new AskedStep(Kind.EVENT, "b", null),
            new AskedStep(Kind.PAGE, "/p/*", null),
            new AskedStep(Kind.PAGE, "/p/1", null),
            new AskedStep(Kind.PAGE, "*_1%*", null),
            new AskedStep(Kind.CLICK, "buy", null),
            new AskedStep(Kind.CLICK, "buy", "free"));
    private static final String QUESTION = """
            query ($slug: String!, $input: FunnelInput!, $step: Int!) {
              organization(slug: $slug) {
                funnel(input: $input) {
                  ...period
                  previous { ...period }
                  series { metric total points { at value } comparison { total points { at value } } }
                  dropped(step: $step, first: 200) { totalCount nodes { visitor enteredAt reachedAt } }
                }
              }
            }
            fragment period on FunnelResult {
              entered converted conversion secondsToConvert
              steps { entered conversionFromStart conversionFromPrevious dropOff medianSecondsFromPrevious p90SecondsFromPrevious }
              breakdown { value other steps { entered } }
            }
            """;

    @Inject
    Fixtures fixtures;

    @ParameterizedTest
    @CsvSource({"1, Europe/Berlin", "2, Asia/Kathmandu", "3, America/St_Johns", "4, Pacific/Apia"})
    void a_funnel_is_what_trying_every_attempt_finds(long seed, String zone) {
        var random = new Random(seed);
        var world = new FunnelWorld(fixtures.team()).in(zone).withSeveralNames();
        Instant begin = Instant.now().minus(Duration.ofDays(30)).truncatedTo(ChronoUnit.DAYS);
        List<ToldEvent> events = history(random, begin);
        Collections.shuffle(events, random);
        int half = events.size() / 2;
        List<String> visitors =
                events.stream().map(ToldEvent::visitor).distinct().toList();
        world.join(visitors);
        world.tellTwice(events.subList(0, half));
        world.joinLaptops(visitors);
        for (int i = 0; i < QUESTIONS; i++) {
            if (i == QUESTIONS / 5) {
                world.tellTwice(events.subList(half, events.size()));
            }
            ask(random, world, ZoneId.of(zone), begin);
        }
    }

    private static List<ToldEvent> history(Random random, Instant begin) {
        List<ToldEvent> events = new ArrayList<>();
        for (int visitor = 0; visitor < 40; visitor++) {
            String name = "v" + visitor;
            int bursts = 1 + random.nextInt(4);
            for (int burst = 0; burst < bursts; burst++) {
                Instant at = begin.plus(random.nextInt(DAYS * 24 * 60), ChronoUnit.MINUTES);
                for (int i = random.nextInt(9); i >= 0; i--) {
                    // Some at the same time, most within an hour, some a day later.
                    at = switch (random.nextInt(8)) {
                        case 0 -> at;
                        case 1 -> at.plus(1 + random.nextInt(1440), ChronoUnit.MINUTES);
                        case 2 -> at.plus(1, ChronoUnit.MICROS);
                        default -> at.plus(random.nextInt(30) * 60L, ChronoUnit.SECONDS);
                    };
                    events.add(event(random, name, at));
                }
            }
        }
        return events;
    }

    /** What is at the same time has the same properties, since either may be the first. */
    private static ToldEvent event(Random random, String visitor, Instant at) {
        int hash = Math.floorMod(Objects.hash(visitor, at), 1000);
        String plan = hash % 5 == 0 ? null : PLANS.get(hash % 2);
        String code = hash % 7 == 0 ? null : CODES.get(hash % CODES.size());
        return switch (random.nextInt(6)) {
            case 0, 1 -> new ToldEvent(visitor, at, Kind.EVENT, "a", plan, code);
            case 2 -> new ToldEvent(visitor, at, Kind.EVENT, random.nextBoolean() ? "b" : "x", plan, code);
            case 3 ->
                new ToldEvent(
                        visitor,
                        at,
                        Kind.PAGE,
                        List.of("/p/1", "/p/2", "/q", "/_1%").get(random.nextInt(4)),
                        plan,
                        code);
            default -> new ToldEvent(visitor, at, Kind.CLICK, random.nextInt(4) == 0 ? "stop" : "buy", plan, code);
        };
    }

    private static void ask(Random random, FunnelWorld world, ZoneId zone, Instant begin) {
        List<AskedStep> steps = new ArrayList<>();
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            steps.add(STEPS.get(random.nextInt(STEPS.size())));
        }
        List<AskedStep> exclude = random.nextInt(3) == 0
                ? List.of(new AskedStep(Kind.CLICK, "stop", null), new AskedStep(Kind.EVENT, "x", "pro"))
                : List.of();
        Duration window =
                Duration.ofMinutes(List.of(1, 30, 60, 24 * 60, 3 * 24 * 60).get(random.nextInt(5)));
        String ordering = List.of("ORDERED", "STRICT", "ANY").get(random.nextInt(3));
        String breakdown = List.of("plan", "userCode").get(random.nextInt(2));
        boolean compared = random.nextInt(4) > 0;
        Instant from = begin.plus(random.nextInt(DAYS * 12), ChronoUnit.HOURS);
        Instant to = from.plus(1 + random.nextInt(DAYS * 12), ChronoUnit.HOURS);

        Map<String, Object> input = new HashMap<>();
        input.put("steps", steps.stream().map(FunnelWorld::input).toList());
        input.put("exclude", exclude.stream().map(FunnelWorld::input).toList());
        input.put("window", window.toString());
        input.put("ordering", ordering);
        input.put("breakdown", breakdown);
        input.put("range", Map.of("from", from.toString(), "to", to.toString()));
        if (compared) {
            input.put("compareTo", "PREVIOUS_PERIOD");
        }
        int step = 1 + random.nextInt(steps.size() - 1);
        Answer answer = world.team
                .asOwner()
                .ask(QUESTION, Map.of("slug", world.team.slug(), "input", input, "step", step))
                .succeeded();

        var naive = new NaiveFunnel(steps, exclude, window, ordering);
        Map<String, Attempt> attempts = naive.attempts(world.events, from, to);
        String at = "organization.funnel.";
        Function<Attempt, @Nullable String> dimension = attempt -> breakdown.equals("plan")
                ? attempt.first().plan()
                : attempt.first().userCode();
        List<String> values = values(attempts.values(), dimension);
        String as = input + "\n" + answer.text();
        compare(as, answer, at, attempts.values(), steps.size(), values, dimension);
        compareSeries(as, answer, at, attempts.values(), steps.size(), zone);
        compareDropped(as, answer, at, attempts, step);
        if (compared) {
            Instant previousFrom =
                    from.atZone(zone).minusDays(back(from, to, zone)).toInstant();
            Instant previousTo = to.atZone(zone).minusDays(back(from, to, zone)).toInstant();
            compare(
                    as,
                    answer,
                    at + "previous.",
                    naive.attempts(world.events, previousFrom, previousTo).values(),
                    steps.size(),
                    values,
                    dimension);
        } else {
            assertThat(answer.at(at + "previous")).isNull();
        }
    }

    /** As many days as it takes to move the end to or before the beginning. */
    private static int back(Instant from, Instant to, ZoneId zone) {
        int days = 1;
        while (to.atZone(zone)
                .toLocalDateTime()
                .minusDays(days)
                .isAfter(from.atZone(zone).toLocalDateTime())) {
            days++;
        }
        return days;
    }

    private static void compare(
            String as,
            Answer answer,
            String at,
            Collection<Attempt> attempts,
            int steps,
            List<String> values,
            Function<Attempt, @Nullable String> dimension) {
        List<Long> entered = entered(attempts, steps);
        assertThat(answer.at(at + "entered")).as(as).isEqualTo(Math.toIntExact(entered.getFirst()));
        assertThat(answer.at(at + "converted")).as(as).isEqualTo(Math.toIntExact(entered.getLast()));
        for (int i = 0; i < steps; i++) {
            String step = at + "steps." + i + ".";
            assertThat(answer.at(step + "entered")).as(as).isEqualTo(Math.toIntExact(entered.get(i)));
            long before = entered.get(Math.max(0, i - 1));
            assertNumber(
                    as, answer, step + "conversionFromPrevious", before == 0 ? 0.0 : (double) entered.get(i) / before);
            assertNumber(
                    as,
                    answer,
                    step + "conversionFromStart",
                    entered.getFirst() == 0 ? 0.0 : (double) entered.get(i) / entered.getFirst());
            int number = i + 1;
            List<Double> seconds = i == 0
                    ? List.of()
                    : attempts.stream()
                            .filter(attempt -> attempt.reached() >= number)
                            .map(attempt -> attempt.seconds(number - 1, number))
                            .sorted()
                            .toList();
            assertNumber(as, answer, step + "medianSecondsFromPrevious", percentile(seconds, 0.5));
            assertNumber(as, answer, step + "p90SecondsFromPrevious", percentile(seconds, 0.9));
        }
        assertNumber(
                as,
                answer,
                at + "secondsToConvert",
                entered.getLast() == 0
                        ? null
                        : attempts.stream()
                                .filter(attempt -> attempt.reached() == steps)
                                .mapToDouble(attempt -> attempt.seconds(1, steps))
                                .average()
                                .orElseThrow());
        Map<String, List<Integer>> byValue = new TreeMap<>();
        for (Attempt attempt : attempts) {
            String value = String.valueOf(dimension.apply(attempt));
            String shown = values.indexOf(value) < 10 && values.contains(value) ? value : "other";
            byValue.computeIfAbsent(shown, any -> new ArrayList<>(Collections.nCopies(steps, 0)));
            List<Integer> counted = Objects.requireNonNull(byValue.get(shown));
            for (int i = 0; i < attempt.reached(); i++) {
                counted.set(i, counted.get(i) + 1);
            }
        }
        Map<String, List<Integer>> answered = new TreeMap<>();
        for (Object one : answer.list(at + "breakdown")) {
            Map<?, ?> row = (Map<?, ?>) one;
            List<Integer> counted = ((List<?>) Objects.requireNonNull(row.get("steps")))
                    .stream()
                            .map(step -> (Integer) ((Map<?, ?>) step).get("entered"))
                            .toList();
            if (counted.getFirst() > 0) {
                answered.put(
                        Boolean.TRUE.equals(row.get("other")) ? "other" : String.valueOf(row.get("value")), counted);
            }
        }
        assertThat(answered).as(as).isEqualTo(byValue);
    }

    /** Those that most visitors have first. */
    private static List<String> values(Collection<Attempt> attempts, Function<Attempt, @Nullable String> dimension) {
        Map<String, Long> counts = attempts.stream()
                .map(attempt -> Objects.requireNonNullElse(dimension.apply(attempt), ""))
                .collect(Collectors.groupingBy(value -> value, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Long> one) -> -one.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(10)
                .map(one -> one.getKey().isEmpty() ? "null" : one.getKey())
                .toList();
    }

    private static List<Long> entered(Collection<Attempt> attempts, int steps) {
        List<Long> entered = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            int number = step;
            entered.add(attempts.stream()
                    .filter(attempt -> attempt.reached() >= number)
                    .count());
        }
        return entered;
    }

    private static void compareSeries(
            String as, Answer answer, String at, Collection<Attempt> attempts, int steps, ZoneId zone) {
        for (int series = 0; series < 2; series++) {
            boolean converted = series == 1;
            Map<String, Double> days = new TreeMap<>();
            for (Attempt attempt : attempts) {
                if (!converted || attempt.reached() == steps) {
                    days.merge(attempt.first().at().atZone(zone).toLocalDate().toString(), 1.0, Double::sum);
                }
            }
            String path = at + "series." + series + ".";
            assertThat(answer.text(path + "metric")).isEqualTo(converted ? "converted" : "entered");
            Map<String, Double> answered = new TreeMap<>();
            for (Object one : answer.list(path + "points")) {
                Map<?, ?> point = (Map<?, ?>) one;
                double value = ((Number) Objects.requireNonNull(point.get("value"))).doubleValue();
                if (value > 0) {
                    answered.put(
                            Instant.parse(String.valueOf(point.get("at")))
                                    .atZone(zone)
                                    .toLocalDate()
                                    .toString(),
                            value);
                }
            }
            assertThat(answered).as(as).isEqualTo(days);
            assertNumber(
                    as,
                    answer,
                    path + "total",
                    days.values().stream().mapToDouble(one -> one).sum());
        }
    }

    private static void compareDropped(String as, Answer answer, String at, Map<String, Attempt> attempts, int step) {
        List<String> dropped = new ArrayList<>();
        attempts.forEach((visitor, attempt) -> {
            if (attempt.reached() == step) {
                dropped.add(visitor + " " + attempt.time(1) + " " + attempt.time(step));
            }
        });
        List<String> answered = answer.list(at + "dropped.nodes").stream()
                .map(one -> (Map<?, ?>) one)
                .map(one -> FunnelWorld.visitor(String.valueOf(one.get("visitor"))) + " " + one.get("enteredAt") + " "
                        + one.get("reachedAt"))
                .toList();
        assertThat(answered).as(as).containsExactlyInAnyOrderElementsOf(dropped);
        assertThat(answer.at(at + "dropped.totalCount")).isEqualTo(dropped.size());
        assertThat(answer.list(at + "dropped.nodes").stream()
                        .map(one -> Instant.parse(String.valueOf(((Map<?, ?>) one).get("reachedAt"))))
                        .toList())
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    private static @Nullable Double percentile(List<Double> sorted, double part) {
        if (sorted.isEmpty()) {
            return null;
        }
        double place = part * (sorted.size() - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }

    private static void assertNumber(String as, Answer answer, String path, @Nullable Double expected) {
        Object actual = answer.at(path);
        if (expected == null) {
            assertThat(actual).as(path + as).isNull();
        } else {
            assertThat(((Number) Objects.requireNonNull(actual, path + as)).doubleValue())
                    .as(path + as)
                    .isCloseTo(expected, within(1e-6));
        }
    }
}
