package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What statistics of visitors that are added up by a nightly job get wrong, one test each. */
@MicronautTest(transactional = false)
class TrafficWeaknessesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** A Monday in Berlin and in UTC. */
    private static final LocalDate DAY = LocalDate.parse("2026-03-02");

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @Inject
    EventWriter writer;

    @Inject
    TrafficUpkeep upkeep;

    @Inject
    OperationTransaction transaction;

    @Inject
    Superuser superuser;

    private TrafficWorld world;
    private UUID organization;
    private int told;

    @BeforeEach
    void createOrganization() {
        world = new WrittenTrafficWorld(writer, transaction, superuser);
        world.receivedAt = Instant.parse("2026-03-10T00:00:00Z");
        organization = world.createOrganization("Europe/Berlin");
    }

    @Test
    void weakness_1_a_visit_over_midnight_gives_the_same_views_in_all_tables() {
        Instant midnight = Instant.parse("2026-03-02T23:00:00Z");
        List<VisitorEvent> views = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            views.add(view("ann", midnight.plusSeconds(i < 2 ? 60L * i - 300 : 120L * i)));
        }
        world.tell(views);
        assertThat(rows(
                        "select date || ' ' || total_page_views || ' ' || total_sessions from analytics_daily_user_stats"
                                + " where organization_id = ? order by date"))
                .containsExactly("2026-03-02 2 1", "2026-03-03 8 0");
        assertThat(
                        rows(
                                "select date || ' ' || view_count from analytics_daily_page_stats where organization_id = ? order by date"))
                .containsExactly("2026-03-02 2", "2026-03-03 8");
        world.compare();
    }

    @Test
    void weakness_2_three_views_of_a_session_in_one_batch_are_three_and_end_when_they_happened() {
        world.tell(List.of(
                told("page", "ann", "s1", NOON),
                told("page", "ann", "s1", NOON.plusSeconds(1)),
                told("page", "ann", "s1", NOON.plusSeconds(2))));
        assertThat(
                        rows(
                                "select page_views || ' ' || (last_seen = '2026-03-02T12:00:02Z') from analytics_sessions where organization_id = ?"))
                .containsExactly("3 true");
        world.compare();
    }

    @Test
    void weakness_3_a_bad_event_harms_no_other_and_none_has_to_come_first() {
        world.tell(List.of(
                view("ann", NOON.plusSeconds(60)),
                view(null, NOON),
                view("ann", NOON),
                view("bob", world.receivedAt.plus(Duration.ofDays(2))),
                view("cy", NOON)));
        assertThat(
                        rows(
                                "select total_page_views || ' ' || total_sessions from analytics_daily_stats where organization_id = ?"))
                .containsExactly("3 2");
        world.compare();
    }

    @Test
    void weakness_4_what_is_sent_again_counts_once() {
        List<VisitorEvent> batch =
                List.of(view("ann", NOON), click("ann", "contact.phone", "contact", NOON.plusSeconds(5)));
        world.tell(batch);
        world.tell(batch);
        world.tell(List.of(batch.getFirst(), batch.getLast(), batch.getFirst()));
        assertThat(
                        rows(
                                "select total_page_views || ' ' || total_clicks from analytics_daily_stats where organization_id = ?"))
                .containsExactly("1 1");
        world.compare();
    }

    @Test
    void weakness_5_a_target_may_have_two_categories_on_a_day() {
        world.tell(List.of(click("ann", "phone", "contact", NOON), click("ann", "phone", "social", NOON)));
        assertThat(recount()).isEqualTo(TrafficDrift.NONE);
        assertThat(
                        rows(
                                "select click_category || ' ' || click_count from analytics_daily_click_targets where organization_id = ? order by 1"))
                .containsExactly("contact 1", "social 1");
    }

    @Test
    void weakness_6_a_stranger_reads_writes_and_counts_nothing() throws SQLException {
        world.tell(List.of(view("ann", NOON)));
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_api; select set_config('app.user_id', '" + UUID.randomUUID()
                    + "', true)");
            for (String table : List.of("analytics_daily_stats", "analytics_daily_user_stats", "analytics_sessions")) {
                assertThat(number(statement, "select count(*) from " + table))
                        .as(table)
                        .isZero();
            }
            assertThat(number(statement, "select (aggregate_analytics_daily('2026-03-02') ->> 'organizations')::int"))
                    .isZero();
            statement.execute("select app.create_event_staging()");
            statement.execute(
                    "insert into pg_temp.event_batch (position, organization_id, message_key, id, session_key, type, visitor,"
                            + " user_code, share_code, contact_id, page_type, at, received_at, is_bot, properties, context) values (0, '"
                            + organization
                            + "', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'page', 'eve', 'ada', '', '', 'page', now(), now(),"
                            + " false, '{}', '{}')");
            assertThatThrownBy(() -> statement.execute("select app.write_event_batch()"))
                    .hasMessageContaining("may not send events");
        }
        world.compare();
    }

    @Test
    void weakness_7_days_answer_without_raw_events() {
        world.tell(List.of(view("ann", NOON), click("ann", "phone", "contact", NOON)));
        superuser.execute("delete from analytics_page_views where organization_id = ?", organization);
        superuser.execute("delete from analytics_clicks where organization_id = ?", organization);
        superuser.execute("delete from analytics_sessions where organization_id = ?", organization);
        assertThat(
                        rows(
                                "select concat_ws(' ', total_sessions, total_page_views, total_clicks) from analytics_daily_stats where organization_id = ?"))
                .containsExactly("1 1 1");
        assertThat(visitors("2026-03-02")).isEqualTo(1);
        world.deleteOrganization(organization);
    }

    @Test
    void weakness_8_a_day_is_that_of_the_organization_and_not_of_the_connection() throws SQLException {
        organization = world.createOrganization("Asia/Ho_Chi_Minh");
        world.tell(List.of(view("ann", Instant.parse("2026-03-02T23:30:00Z"))));
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String zone : List.of("America/Los_Angeles", "UTC", "Pacific/Kiritimati")) {
                statement.execute("set local timezone = '" + zone + "'");
                assertThat(number(
                                statement,
                                "select count(*) from app.recount_traffic_day('" + organization + "', '2026-03-03') r,"
                                        + " jsonb_each_text(r.changed) c where c.value <> '0'"))
                        .as(zone)
                        .isZero();
            }
            connection.commit();
        }
        assertThat(rows("select date::text from analytics_daily_stats where organization_id = ?"))
                .containsExactly("2026-03-03");
        world.compare();
    }

    @Test
    void weakness_9_a_day_that_cleanup_cut_is_never_counted_again() {
        world.tell(List.of(view("ann", NOON), view("bob", NOON)));
        superuser.execute(
                "delete from analytics_page_views where organization_id = ? and visitor = 'ann'", organization);
        String before = superuser.text("select raw_since from traffic_retention");
        superuser.execute("update traffic_retention set raw_since = ?::timestamptz", NOON.toString());
        try {
            assertThat(recount()).isEqualTo(TrafficDrift.NONE);
        } finally {
            superuser.execute("update traffic_retention set raw_since = ?::timestamptz", before);
        }
        assertThat(rows("select total_page_views::text from analytics_daily_stats where organization_id = ?"))
                .containsExactly("2");
        world.deleteOrganization(organization);
    }

    @Test
    void weakness_10_visitors_of_several_days_are_the_union_of_them() {
        world.tell(List.of(
                view("ann", NOON),
                view("bob", NOON),
                click("cy", "phone", "contact", NOON.plus(Duration.ofDays(1))),
                view("ann", NOON.plus(Duration.ofDays(1)))));
        assertThat(visitors("2026-03-02")).isEqualTo(2);
        assertThat(visitors("2026-03-03")).isEqualTo(2);
        assertThat(visitors("2026-03-02", "2026-03-03")).isEqualTo(3);
    }

    @Test
    void weakness_11_two_views_and_two_clicks_are_not_four() {
        world.tell(List.of(
                view("ann", NOON),
                view("ann", NOON.plusSeconds(1)),
                click("ann", "phone", "contact", NOON.plusSeconds(2)),
                click("ann", "phone", "contact", NOON.plusSeconds(3))));
        assertThat(rows("select concat_ws(' ', page_views, clicks) from analytics_sessions where organization_id = ?"))
                .containsExactly("2 2");
        assertThat(
                        rows(
                                "select concat_ws(' ', total_page_views, total_clicks) from analytics_daily_stats where organization_id = ?"))
                .containsExactly("2 2");
        assertThat(recount()).isEqualTo(TrafficDrift.NONE);
    }

    @Test
    void weakness_12_rollups_do_not_grow_with_events() {
        List<VisitorEvent> views = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            views.add(view("visitor " + i % 7, NOON.plusMillis(i)));
        }
        world.tell(views);
        for (String table : List.of(
                "traffic_quarter_hours",
                "traffic_quarter_hour_pages",
                "analytics_daily_stats",
                "analytics_daily_user_stats",
                "analytics_daily_group_stats",
                "analytics_daily_page_stats")) {
            assertThat(rows("select count(*) from " + table + " where organization_id = ?"))
                    .as(table)
                    .containsExactly("1");
        }
    }

    private TrafficDrift recount() {
        return transaction.asWorker(TIMEOUT, () -> upkeep.recount(organization, DAY));
    }

    private List<@Nullable String> rows(String sql) {
        return superuser.texts(sql, organization);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Of all of these days together. */
    private long visitors(String... dates) {
        List<byte[]> sketches = new ArrayList<>();
        for (String date : dates) {
            sketches.add(HexFormat.of()
                    .parseHex(superuser.text(
                            "select encode(visitors, 'hex') from analytics_daily_stats where organization_id = ? and date = ?::date",
                            organization,
                            date)));
        }
        return HllSketches.count(sketches);
    }

    private VisitorEvent view(@Nullable String visitor, Instant at) {
        return told("page", visitor, null, at);
    }

    private VisitorEvent click(String visitor, String target, String category, Instant at) {
        return new VisitorEvent(
                organization,
                "w" + told++,
                "click",
                null,
                visitor,
                null,
                null,
                "ada",
                null,
                null,
                null,
                target,
                category,
                at,
                false,
                null,
                null);
    }

    private VisitorEvent told(String type, @Nullable String visitor, @Nullable String session, Instant at) {
        return new VisitorEvent(
                organization,
                "w" + told++,
                type,
                null,
                visitor,
                null,
                session,
                "ada",
                null,
                null,
                "home",
                null,
                null,
                at,
                false,
                null,
                null);
    }
}
