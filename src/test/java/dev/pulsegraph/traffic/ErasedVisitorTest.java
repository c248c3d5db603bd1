package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Erasing a visitor leaves every rollup what its recount says, sketches too. */
@MicronautTest(transactional = false)
class ErasedVisitorTest {
    @Inject
    Fixtures fixtures;

    @Inject
    TrafficUpkeep upkeep;

    @Inject
    OperationTransaction transaction;

    @Test
    void rollups_and_sketches_are_what_a_recount_says() {
        var team = fixtures.team();
        Instant begin = Instant.now().minus(3, ChronoUnit.DAYS);
        List<Map<String, Object>> events = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            events.add(Map.of(
                    "messageId",
                    Fixtures.unique("m"),
                    "type",
                    "PAGE",
                    "anonymousId",
                    "v" + i % 7,
                    "userCode",
                    "u" + i % 2,
                    "contactId",
                    "c" + i % 3,
                    "timestamp",
                    begin.plus(i * 35L, ChronoUnit.MINUTES).toString()));
        }
        team.track(events);
        Object before = visitors(team);
        team.asOwner()
                .ask("mutation { eraseVisitor(input: { organization: \"" + team.id()
                        + "\", visitor: \"v3\" }) { request { data } } }")
                .succeeded();
        assertThat(visitors(team)).isEqualTo(before);
        UUID organization = UUID.fromString(Worlds.uuid(team.id()));
        LocalDate first = LocalDate.ofInstant(begin, ZoneOffset.UTC);
        for (LocalDate day = first; day.isBefore(first.plusDays(4)); day = day.plusDays(1)) {
            LocalDate date = day;
            assertThat(transaction.asWorker(Duration.ofSeconds(30), () -> upkeep.recount(organization, date)))
                    .isEqualTo(TrafficDrift.NONE);
        }
    }

    private static @Nullable Object visitors(Fixtures.Team team) {
        return team.asOwner()
                .ask(
                        "{ organization(slug: \"" + team.slug()
                                + "\") { dailyStats(range: { last: 5 }) { totals { visitors sessions pageViews } days { date visitors } } } }")
                .succeeded()
                .at("organization.dailyStats");
    }
}
