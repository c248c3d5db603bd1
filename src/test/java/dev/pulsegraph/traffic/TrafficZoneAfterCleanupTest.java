package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.job.Job;
import dev.pulsegraph.job.Jobs;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.TestDatabase;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What moves to another time zone when some of its raw events are gone. In a database of its own: cleanup is for all. */
class TrafficZoneAfterCleanupTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int STEPS = 10;
    private static final String TOTALS = """
            select concat_ws(' ', d.organization_id, sum(total_sessions), sum(total_page_views),
              sum(total_clicks), sum(bounces), sum(session_seconds),
              (select sum(c.click_count) from analytics_daily_click_targets c where c.organization_id = d.organization_id),
              (select sum(p.view_count) from analytics_daily_page_stats p where p.organization_id = d.organization_id),
              (select sum(g.total_clicks) from analytics_daily_group_stats g where g.organization_id = d.organization_id),
              (select sum(u.session_seconds) from analytics_daily_user_stats u where u.organization_id = d.organization_id),
              (select sum(k.total_page_views) from analytics_daily_contact_stats k where k.organization_id = d.organization_id))
            from analytics_daily_stats d group by d.organization_id order by 1""";

    private final Clock clock = Clock.systemUTC();
    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer server = database.serve(Map.of());
    private final OperationTransaction transaction =
            server.getApplicationContext().getBean(OperationTransaction.class);
    private final TrafficUpkeep upkeep = server.getApplicationContext().getBean(TrafficUpkeep.class);
    private final Job zones = server.getApplicationContext().getBean(Jobs.class).get("rollups.zones");
    private final TrafficWorld world = new WrittenTrafficWorld(
            server.getApplicationContext().getBean(EventWriter.class), transaction, Superuser.of(database));

    @AfterEach
    void close() {
        server.close();
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, Asia/Kathmandu, America/Havana",
        "2, Pacific/Apia, UTC",
        "3, America/St_Johns, Asia/Tokyo",
        "4, Australia/Lord_Howe, Pacific/Niue",
        "5, Pacific/Niue, Pacific/Kiritimati"
    })
    void days_are_those_of_quarters_and_contacts_are_known_to_a_quarter(long seed, String zone, String another) {
        // Months are dropped whole, so that raw events end in the middle of everybody's day, and of visits.
        Instant border = YearMonth.now(clock)
                .minusMonths(3)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        var history = new TrafficHistory(seed, world, border);
        for (int step = 0; step < STEPS; step++) {
            history.step();
        }
        cleanUp(border);
        world.compareRollups(Instant.EPOCH);
        List<String> totals = database.texts(TOTALS);

        for (String next : List.of(zone, another, zone)) {
            living().forEach(organization -> world.move(organization, next));
            assertThat(zones.run()).startsWith("Rebuilt the days of ");
            world.compareRollups(border);
            assertThat(database.texts(TOTALS)).isEqualTo(totals);
            recountAll();
            world.compareRollups(border);
        }

        tellMore(border.plus(Duration.ofDays(4)));
        world.compareRollups(border);
        living().forEach(organization -> world.move(organization, another));
        zones.run();
        world.compareRollups(border);
        assertThat(zones.run()).contains("Rebuilt the days of traffic of 0 organizations.");
    }

    private void cleanUp(Instant border) {
        long days = Duration.between(border, clock.instant()).toDays() - 2;
        database.execute("set role pulsegraph_worker; select cleanup_old_raw_events(" + days + ")");
        assertThat(database.texts("select extract(epoch from raw_since)::bigint from traffic_retention"))
                .containsExactly("" + border.getEpochSecond());
        String isSince = " >= to_timestamp(" + border.getEpochSecond() + ")";
        assertThat(database.texts("select distinct viewed_at" + isSince + " from analytics_page_views"))
                .containsExactly("t");
        assertThat(database.texts("select distinct bucket" + isSince + " from traffic_quarter_hours"))
                .containsExactlyInAnyOrder("f", "t");
    }

    /** What is there to be counted is as it was counted; what is not is left alone. */
    private void recountAll() {
        for (UUID organization : living()) {
            for (LocalDate date : days(organization)) {
                assertThat(transaction.asWorker(TIMEOUT, () -> upkeep.recount(organization, date)))
                        .as("%s of %s", date, organization)
                        .isEqualTo(TrafficDrift.NONE);
            }
        }
    }

    /** Views of contacts, of whom some were there before. */
    private void tellMore(Instant at) {
        world.receivedAt = at.plus(Duration.ofDays(1));
        List<VisitorEvent> events = new ArrayList<>();
        for (UUID organization : living()) {
            for (int i = 0; i < 8; i++) {
                events.add(new VisitorEvent(
                        organization,
                        "later " + i,
                        "page",
                        null,
                        i % 2 == 0 ? "ann" : "zed",
                        null,
                        null,
                        "ada",
                        null,
                        i % 3 == 0 ? "zoë" : null,
                        "home",
                        null,
                        null,
                        at.plus(Duration.ofMinutes(20L * i)),
                        false,
                        null,
                        null));
            }
        }
        world.tell(events);
    }

    private Set<UUID> living() {
        return database.texts("select id from organizations").stream()
                .map(UUID::fromString)
                .collect(Collectors.toSet());
    }

    private Set<LocalDate> days(UUID organization) {
        return database
                .texts("select date from analytics_daily_stats where organization_id = '" + organization + "'")
                .stream()
                .map(LocalDate::parse)
                .collect(Collectors.toSet());
    }
}
