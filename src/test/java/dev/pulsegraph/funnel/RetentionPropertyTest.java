package dev.pulsegraph.funnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.funnel.oracle.AskedStep;
import dev.pulsegraph.funnel.oracle.NaiveRetention;
import dev.pulsegraph.funnel.oracle.ToldEvent;
import dev.pulsegraph.funnel.oracle.ToldEvent.Kind;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever visitors did, in whatever order it was told, retention says what looking at each visitor finds. */
@MicronautTest(transactional = false)
class RetentionPropertyTest {
    private static final List<AskedStep> STEPS = List.of(
            new AskedStep(Kind.EVENT, "a", null),
            new AskedStep(Kind.EVENT, "a", "pro"),
            new AskedStep(Kind.PAGE, "/p/*", null),
            new AskedStep(Kind.CLICK, "buy", null));
    private static final String QUESTION =
            "query ($slug: String!, $input: RetentionInput!) { organization(slug: $slug) { retention(input: $input) { cohorts { start size returned rate } average } } }";

    @Inject
    Fixtures fixtures;

    @ParameterizedTest
    @CsvSource({"1, Europe/Berlin, Asia/Tokyo", "2, America/St_Johns, UTC", "3, Asia/Kathmandu, America/New_York"})
    void retention_is_what_looking_at_each_visitor_finds(long seed, String own, String other) {
        var random = new Random(seed);
        var world = new FunnelWorld(fixtures.team()).in(own).withSeveralNames();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<ToldEvent> events = new ArrayList<>();
        for (int visitor = 0; visitor < 30; visitor++) {
            for (int i = random.nextInt(25); i >= 0; i--) {
                events.add(event(random, "v" + visitor, now.minus(random.nextInt(60 * 24 * 60), ChronoUnit.MINUTES)));
            }
        }
        List<String> visitors =
                events.stream().map(ToldEvent::visitor).distinct().toList();
        world.joinLaptops(visitors);
        world.tellTwice(events);
        world.join(visitors);
        for (int i = 0; i < 15; i++) {
            String zone = random.nextBoolean() ? own : other;
            ask(random, world, zone, zone.equals(own), now);
        }
    }

    private static ToldEvent event(Random random, String visitor, Instant at) {
        String plan = random.nextBoolean() ? "pro" : null;
        return switch (random.nextInt(3)) {
            case 0 -> new ToldEvent(visitor, at, Kind.EVENT, "a", plan, null);
            case 1 -> new ToldEvent(visitor, at, Kind.PAGE, random.nextBoolean() ? "/p/1" : "/q", plan, null);
            default -> new ToldEvent(visitor, at, Kind.CLICK, "buy", plan, null);
        };
    }

    private static void ask(Random random, FunnelWorld world, String zone, boolean isOwn, Instant now) {
        AskedStep start = STEPS.get(random.nextInt(STEPS.size()));
        AskedStep comeback = STEPS.get(random.nextInt(STEPS.size()));
        String granularity = List.of("DAY", "WEEK", "MONTH").get(random.nextInt(3));
        int periods = 1 + random.nextInt(8);
        LocalDate from = now.atZone(ZoneId.of(zone)).toLocalDate().minusDays(1 + random.nextInt(55));
        LocalDate to = from.plusDays(random.nextInt(30));
        Map<String, Object> input = new HashMap<>();
        input.put("start", FunnelWorld.input(start));
        input.put("return", FunnelWorld.input(comeback));
        input.put("range", Map.of("from", from.toString(), "to", to.toString()));
        input.put("granularity", granularity);
        input.put("periods", periods);
        if (!isOwn) {
            input.put("timeZone", zone);
        }
        Answer answer = world.team
                .asOwner()
                .ask(QUESTION, Map.of("slug", world.team.slug(), "input", input))
                .succeeded();
        List<Map<String, Object>> expected = new NaiveRetention(start, comeback, granularity, periods, ZoneId.of(zone))
                .cohorts(world.events, from, to, now);
        List<Map<String, Object>> answered = new ArrayList<>();
        for (Object cohort : answer.list("organization.retention.cohorts")) {
            Map<?, ?> row = (Map<?, ?>) cohort;
            answered.add(Map.of(
                    "start", String.valueOf(row.get("start")),
                    "size", String.valueOf(row.get("size")),
                    "returned", String.valueOf(row.get("returned"))));
        }
        assertThat(answered).as("%s %s", input, answer.text()).isEqualTo(expected);
        assertThat(answer.list("organization.retention.average")).hasSize(periods);
    }
}
