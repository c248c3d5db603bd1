package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.job.Jobs;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Superuser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sets rollups right, after random traffic. */
@MicronautTest(transactional = false)
class TrafficUpkeepTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int STEPS = 8;

    @Inject
    EventWriter writer;

    @Inject
    TrafficUpkeep upkeep;

    @Inject
    Jobs jobs;

    @Inject
    MeterRegistry meters;

    @Inject
    OperationTransaction transaction;

    @Inject
    Superuser superuser;

    private TrafficWorld world;

    @BeforeEach
    void createOrganization() {
        world = new WrittenTrafficWorld(writer, transaction, superuser);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_recount_changes_nothing(long seed) {
        live(seed);
        for (UUID organization : world.organizations()) {
            for (LocalDate date : days(organization)) {
                assertThat(recount(organization, date)).isEqualTo(TrafficDrift.NONE);
            }
        }
        world.compare();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update traffic_quarter_hours t set page_views = page_views + 1, sessions = 0",
                "delete from traffic_quarter_hours t",
                "insert into traffic_quarter_hours select distinct on (bucket) organization_id, bucket, 'nobody', share_code, contact_id, 1, 1, 1, 1, 1, null from traffic_quarter_hours t",
                "update traffic_quarter_hour_clicks t set clicks = clicks + 1",
                "delete from traffic_quarter_hour_pages t",
                "update analytics_daily_stats t set total_clicks = -1, visitors = null",
                "delete from analytics_daily_stats t",
                "update analytics_daily_user_stats t set bounces = bounces + 1",
                "insert into analytics_daily_group_stats (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds) select organization_id, date, 'nobody', 1, 1, 1, 1, 1 from analytics_daily_stats t",
                "delete from analytics_daily_group_stats t",
                "update analytics_daily_contact_stats t set first_visit = first_visit - interval '1 second', session_seconds = 7",
                "update analytics_daily_click_targets t set click_target = user_code || share_code || click_category || click_target",
                "delete from analytics_daily_page_stats t",
                "update traffic_quarter_hours t set visitors = o.visitors from analytics_daily_stats o where o.organization_id = t.organization_id",
                "update analytics_daily_user_stats t set visitors = null"
            })
    void what_differs_is_told_and_set_right(String corruption) {
        live(5);
        int rows = 0;
        for (UUID organization : world.organizations()) {
            Set<LocalDate> days = days(organization);
            superuser.execute(
                    corruption + (corruption.contains(" where ") ? " and t." : " where t.") + "organization_id = ?",
                    organization);
            for (LocalDate date : days) {
                rows += recount(organization, date).rows();
            }
        }
        assertThat(rows).isPositive();
        world.compare();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe", "UTC", "Pacific/Apia"})
    void days_follow_the_organization_to_another_zone(String zone) {
        TrafficHistory history = live(6);
        world.organizations().forEach(organization -> world.move(organization, zone));
        assertThat(jobs.get("rollups.zones").run()).contains("Rebuilt the days of traffic of ");
        world.compare();
        history.step();
        assertThat(jobs.get("rollups.zones").run()).contains("Rebuilt the days of traffic of 0 organizations.");
    }

    @Test
    void two_nodes_rebuild_days_once_and_at_the_same_time() {
        live(7);
        world.organizations().forEach(organization -> world.move(organization, "Asia/Tokyo"));
        Set<UUID> living = new HashSet<>();
        superuser.texts("select id from organizations").forEach(id -> living.add(UUID.fromString(String.valueOf(id))));
        living.retainAll(world.organizations());
        for (UUID organization : living) {
            List<Boolean> rebuilt = Concurrently.call(Stream.<Callable<Boolean>>generate(
                            () -> () -> transaction.asWorker(TIMEOUT, () -> upkeep.rebuild(organization)))
                    .limit(2));
            assertThat(rebuilt).containsExactlyInAnyOrder(true, false);
        }
        world.compare();
    }

    @Test
    void the_audit_says_what_it_did_and_counts_it() {
        live(8);
        double before = drift();
        assertThat(jobs.get("rollups.audit").run())
                .containsPattern("Audited traffic: (nothing differed|\\d+ differed and were corrected, first: .+)\\.");
        superuser.execute("update analytics_daily_stats set bounces = bounces + 1000000");
        assertThat(jobs.get("rollups.audit").run())
                .containsPattern("Audited traffic: \\d+ differed and were corrected");
        assertThat(drift()).isGreaterThan(before);
        superuser.execute("update analytics_daily_stats set bounces = bounces - 1000000 where bounces >= 1000000");
        world.compare();
    }

    private TrafficHistory live(long seed) {
        TrafficHistory history = new TrafficHistory(seed, world);
        for (int i = 0; i < STEPS; i++) {
            history.step();
        }
        return history;
    }

    private double drift() {
        return meters.get("pulsegraph.rollup.drift")
                .tag("rollup", "traffic")
                .counter()
                .count();
    }

    private TrafficDrift recount(UUID organization, LocalDate date) {
        return transaction.asWorker(TIMEOUT, () -> upkeep.recount(organization, date));
    }

    private Set<LocalDate> days(UUID organization) {
        Set<LocalDate> days = new HashSet<>();
        superuser
                .texts("select date from analytics_daily_stats where organization_id = ?", organization)
                .forEach(date -> days.add(LocalDate.parse(String.valueOf(date))));
        return days;
    }
}
