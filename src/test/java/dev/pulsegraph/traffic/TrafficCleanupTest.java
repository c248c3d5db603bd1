package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions of traffic, in a database of their own: they go for all organizations. */
class TrafficCleanupTest {
    private static final String ROLLUPS = """
            select jsonb_build_array(
              (select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]') from traffic_quarter_hours t),
              (select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]') from traffic_quarter_hour_pages t),
              (select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]') from analytics_daily_stats t),
              (select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]') from analytics_daily_user_stats t),
              (select coalesce(jsonb_agg(to_jsonb(t) order by t::text), '[]') from analytics_daily_page_stats t))::text""";
    private static final String SESSIONS = "select sum(total_sessions) from analytics_daily_stats";
    private static final String PARTITIONS =
            "select count(*) from pg_class where relnamespace = 'partitions'::regnamespace and relkind = 'r' and relname ~ '^(analytics|ingested)'";

    private final TestDatabase database = TestDatabase.migrated();
    private final String organization = UUID.randomUUID().toString();

    @BeforeEach
    void createOrganization() {
        database.insertOrganization(UUID.randomUUID().toString(), organization);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void partitions_are_made_ahead_and_only_once() throws SQLException {
        asWorker("select app.make_partitions_ahead()");
        assertThat(database.texts(PARTITIONS)).containsExactly("20");
        assertThat(asWorker("select app.make_partitions_ahead()")).containsExactly("0");
        asWorker("select app.make_partitions_ahead(5)");
        assertThat(database.texts(PARTITIONS)).containsExactly("30");
    }

    @Test
    void months_past_the_retention_go_and_rollups_stay() throws SQLException {
        view("old", month(-5));
        view("new", "now()");
        List<String> before = database.texts(ROLLUPS);
        assertThat(cleanUp(90, "dropped_months"))
                .containsExactly(
                        "{\"analytics_clicks\": 0, \"analytics_events\": 0, \"ingested_messages\": 1, \"analytics_sessions\": 1, \"analytics_page_views\": 1}");
        assertThat(database.texts("select visitor from analytics_page_views")).containsExactly("new");
        assertThat(database.texts("select visitor from analytics_sessions")).containsExactly("new");
        assertThat(database.texts(ROLLUPS)).isEqualTo(before);
        assertThat(database.texts("select raw_since = date_trunc('month', now(), 'UTC') - interval '4 months'"
                        + " from traffic_retention"))
                .containsExactly("t");
        assertThat(cleanUp(90, "dropped_months")).allMatch(text -> !text.contains("1"));
    }

    @Test
    void a_month_that_has_a_day_within_the_retention_stays_whole() throws SQLException {
        String lastMonth = month(-1);
        view("ann", lastMonth);
        // As many days as the month's last one is ago: its end is not past the retention yet.
        int days = Integer.parseInt(database.texts("select extract(day from now() at time zone 'UTC')::int")
                .getFirst());
        cleanUp(days, "cutoff");
        assertThat(database.texts("select visitor from analytics_page_views")).containsExactly("ann");
    }

    @Test
    void a_message_is_known_for_longer_than_its_event_is_kept() throws SQLException {
        view("ann", month(-2));
        assertThat(cleanUp(1, "dropped_months")).allMatch(text -> text.contains("\"ingested_messages\": 0"));
        String before = database.texts(ROLLUPS).getFirst();
        view("ann", month(-2));
        assertThat(database.texts(ROLLUPS)).as("counted once").containsExactly(before);
    }

    /** Once it was 400 days, an event may be that late. */
    @Test
    void a_shorter_retention_forgets_no_message_that_a_longer_one_may_see_again() throws SQLException {
        view("ann", month(-5));
        cleanUp(400, "cutoff");
        assertThat(cleanUp(10, "dropped_months")).allMatch(text -> text.contains("\"ingested_messages\": 0"));
        assertThat(database.texts("select count(*) from ingested_messages")).containsExactly("1");
    }

    @Test
    void a_session_that_late_events_may_still_make_longer_outlives_its_month() throws SQLException {
        String border = "date_trunc('month', now(), 'UTC') - interval '1 month'";
        int days = Integer.parseInt(
                database.texts("select floor(extract(epoch from now() - (" + border + ")) / 86400)::int")
                        .getFirst());
        // A visit over the border of months, to just after the cutoff; and one long before.
        view("ann", border + " - interval '5 minutes'", "s1");
        view("ann", "now() - interval '" + days + " days' + interval '1 hour'", "s1");
        view("bob", border + " - interval '3 days'", "s2");
        assertThat(database.texts(SESSIONS)).containsExactly("2");
        assertThat(cleanUp(days, "kept_sessions")).containsExactly("1");
        assertThat(database.texts("select visitor from analytics_sessions")).containsExactly("ann");
        assertThat(cleanUp(days, "dropped_months"))
                .as("nothing is left to drop")
                .allMatch(text -> text.contains("\"analytics_sessions\": 0"));
        view("ann", "now() - interval '" + days + " days' + interval '2 hours'", "s1");
        assertThat(database.texts(SESSIONS)).as("still the same visit").containsExactly("2");
        assertThat(database.texts("select page_views from analytics_sessions where visitor = 'ann'"))
                .containsExactly("3");
        assertThat(database.texts("select sum(total_page_views) from analytics_daily_stats"))
                .containsExactly("4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"analytics_page_views", "analytics_sessions", "analytics_clicks"})
    void a_month_in_use_is_left_for_the_next_run(String table) throws SQLException {
        view("old", month(-5));
        click("old", month(-5));
        try (Connection other = database.asSuperuser();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select * from " + table);
            assertThat(cleanUp(90, "in_use")).allMatch(text -> text.startsWith(table));
            other.commit();
        }
        assertThat(cleanUp(90, "in_use")).containsExactly("null");
        assertThat(database.texts("select visitor from " + table)).isEmpty();
    }

    @Test
    void a_day_that_cleanup_cut_is_refused_and_stays_as_it_is() throws SQLException {
        view("ann", month(-5));
        click("ann", month(-5));
        view("bob", month(-1));
        String before = database.texts(ROLLUPS).getFirst();
        String old = "(" + month(-5) + ")::date";
        assertThat(aggregate(old)).containsExactly("true 0 0");
        cleanUp(90, "cutoff");
        assertThat(aggregate(old)).containsExactly("false 0 1");
        assertThat(aggregate("(" + month(-1) + ")::date")).containsExactly("true 0 0");
        assertThat(asWorker(
                        "select concat_ws(' ', j ->> 'success', j ->> 'days_processed', j ->> 'days_refused', j ->> 'changed')"
                                + " from (select backfill_aggregates(" + old + " - 1, " + old + " + 1) j) x"))
                .containsExactly("false 3 3 0");
        assertThat(database.texts(ROLLUPS)).containsExactly(before);
    }

    @Test
    void a_recount_tells_how_many_rows_there_are_and_how_many_were_wrong() throws SQLException {
        view("ann", month(-1));
        view("bob", month(-1));
        String before = database.texts(ROLLUPS).getFirst();
        database.execute(
                "update analytics_daily_user_stats set total_page_views = 7;"
                        + " update traffic_quarter_hour_pages set page_views = 7; update analytics_daily_page_stats set view_count = 7");
        String day = "(" + month(-1) + ")::date";
        assertThat(asWorker("select aggregate_analytics_daily(" + day + ")::jsonb - 'date'"))
                .containsExactly(
                        "{\"rows\": {\"analytics_daily_stats\": 1, \"traffic_quarter_hours\": 1, \"analytics_daily_page_stats\": 1,"
                                + " \"analytics_daily_user_stats\": 1, \"traffic_quarter_hour_pages\": 1, \"analytics_daily_group_stats\": 1,"
                                + " \"traffic_quarter_hour_clicks\": 0, \"analytics_daily_click_targets\": 0, \"analytics_daily_contact_stats\": 0},"
                                + " \"changed\": 3, \"refused\": 0, \"success\": true, \"organizations\": 1}");
        assertThat(database.texts(ROLLUPS)).containsExactly(before);
        assertThat(aggregate(day)).containsExactly("true 0 0");
        assertThat(
                        asWorker(
                                "select aggregate_analytics_daily()::jsonb ->> 'date' = ((now() at time zone 'UTC')::date - 1)::text"))
                .containsExactly("t");
    }

    private List<String> aggregate(String day) throws SQLException {
        return asWorker("select concat_ws(' ', j ->> 'success', j ->> 'changed', j ->> 'refused')"
                + " from (select aggregate_analytics_daily(" + day + ") j) x");
    }

    @Test
    void the_audit_draws_days_whose_raw_events_are_all_there() throws SQLException {
        // The first day is drawn by one draw in as many days as lie between the two.
        view("ann", month(-5));
        click("bob", month(-1));
        String draw = "select string_agg(distinct (p.date = (" + month(-1) + ")::date)::text, ' ' order by (p.date = ("
                + month(-1) + ")::date)::text) from app.sample_traffic_days(3000) p";
        assertThat(asWorker(draw)).containsExactly("false true");
        cleanUp(90, "cutoff");
        assertThat(asWorker(draw)).containsExactly("true");
        database.execute("delete from analytics_daily_stats");
        assertThat(asWorker(draw)).as("a day that was lost").containsExactly("true");
    }

    @Test
    void a_summary_tells_of_each_table_how_many_and_since_when() throws SQLException {
        view("ann", month(-5));
        view("bob", month(-1));
        String summary = "select concat_ws(' ', table_name, row_count, oldest = " + month(-5) + ", newest = "
                + month(-1) + ") from analytics_summary order by 1";
        assertThat(asWorker(summary))
                .hasSize(10)
                .contains(
                        "analytics_clicks 0",
                        "analytics_daily_contact_stats 0",
                        "analytics_page_views 2 t t",
                        "analytics_sessions 2 t t")
                .anyMatch(line -> line.startsWith("analytics_daily_user_stats 2 "));
        assertThat(asWorker("select table_name from analytics_table_sizes where size <> ''"))
                .hasSize(18)
                .contains("analytics_sessions", "traffic_quarter_hours", "ingested_messages");
        assertThat(asWorker("select bytes > 0 from analytics_table_sizes where table_name = 'analytics_page_views'"))
                .containsExactly("t");
        assertThat(database.texts("select has_table_privilege('pulsegraph_api', v, 'select')::text"
                        + " from unnest(array['analytics_summary', 'analytics_table_sizes']) v"))
                .containsExactly("false", "false");
    }

    @Test
    void a_retention_of_less_than_a_day_is_refused() {
        assertThatThrownBy(() -> asWorker("select cleanup_old_raw_events(0)")).hasMessageContaining("retention_days: ");
    }

    @Test
    void requests_may_call_none_of_it() {
        assertThat(database.texts("""
                select p.proname from pg_proc p
                where has_function_privilege('pulsegraph_api', p.oid, 'execute')
                  and p.proname in ('make_partitions_ahead', 'make_partitions', 'cleanup_old_raw_events', 'rebuild_traffic_zone',
                    'outdated_zones', 'list_traffic_days')""")).isEmpty();
    }

    private List<String> cleanUp(int days, String field) throws SQLException {
        return asWorker("select cleanup_old_raw_events(" + days + ")::jsonb ->> '" + field + "'");
    }

    /** The middle of a month, counted from this one. */
    private static String month(int number) {
        return "date_trunc('month', now(), 'UTC') + interval '" + number + " months 14 days'";
    }

    private void view(String visitor, String at) throws SQLException {
        take("page", visitor, at, null);
    }

    private void view(String visitor, String at, String session) throws SQLException {
        take("page", visitor, at, session);
    }

    private void click(String visitor, String at) throws SQLException {
        take("click", visitor, at, null);
    }

    /** As the server would, when the event happened. */
    private void take(String type, String visitor, String at, @Nullable String session) throws SQLException {
        try (Connection connection = database.asLogin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_worker");
            statement.execute("select app.create_event_staging()");
            String key = session == null ? visitor : session;
            statement.execute("""
                    insert into pg_temp.event_batch
                      (position, organization_id, message_key, id, session_key, type, visitor, session_id, user_code, share_code, contact_id,
                        page_type, click_target, click_category, at, received_at, is_bot, properties, context)
                    select 0, '%1$s', md5('%2$s %3$s' || %4$s)::uuid, gen_random_uuid(), md5('%1$s%5$s')::uuid, '%2$s', '%3$s', %6$s, '', '', '',
                      'page', 'target', 'other', %4$s, %4$s, false, '{}', '{}'""".formatted(
                            organization, type, visitor, at, key, session == null ? "null" : "'" + session + "'"));
            statement.execute("select app.write_event_batch()");
            connection.commit();
        }
    }

    private List<String> asWorker(String sql) throws SQLException {
        return database.textsAsWorker(sql);
    }
}
