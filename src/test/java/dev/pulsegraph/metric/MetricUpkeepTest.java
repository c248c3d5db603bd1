package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions that keep metrics in order, in a database of their own: they move months of all organizations. */
class MetricUpkeepTest {
    private static final String RECOUNT = """
            select s.id || ' ' || r::text from metric_series s
            cross join lateral (
              select distinct date_trunc('day', x.recorded_at, z.time_zone) as at
              from metric_samples x, rollup_zones z where x.series_id = s.id and z.organization_id = s.organization_id and z.rollup = 'metrics') d
            cross join lateral app.recount_metrics(s.organization_id, s.id, d.at) r""";
    private static final String FIGURES = """
            select coalesce(jsonb_agg(to_jsonb(r) order by series_id, tier, bucket)::text, '') from metric_rollups r
            union all
            select coalesce(jsonb_agg(to_jsonb(t) order by metric, tier, bucket, entity_type, platform)::text, '') from metric_totals t
            union all
            select coalesce(jsonb_agg(to_jsonb(s) order by id)::text, '') from metric_series s""";

    /** Its months have a partition each, and ended before the retention. */
    private final int year = LocalDate.now(ZoneOffset.UTC).getYear() - 2;

    private final String march = "date '" + year + "-03-01'";

    private final TestDatabase database = TestDatabase.migrated();
    private final String user = UUID.randomUUID().toString();
    private final String organization = UUID.randomUUID().toString();

    @BeforeEach
    void createOrganization() {
        database.insertOrganization(user, organization);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void partitions_are_made_ahead_and_only_once() throws SQLException {
        String partitions = "select relname from pg_class where oid in (select inhrelid from pg_inherits"
                + " where inhparent = 'metric_readings'::regclass) order by 1";
        asWorker("select app.make_partitions_ahead()");
        assertThat(database.texts(partitions)).hasSize(4);
        assertThat(asWorker("select app.make_partitions_ahead()")).containsExactly("0");
        asWorker("select app.make_partitions_ahead(5)");
        assertThat(database.texts(partitions))
                .hasSize(6)
                .contains("metric_readings_" + month(0), "metric_readings_" + month(5));
    }

    @Test
    void a_month_is_archived_without_a_look_at_its_rows() throws SQLException {
        record("account", "generate_series(1, 60000) n", march + " + n * interval '44 seconds'", "n % 977");
        record("account", "generate_series(1, 10) n", "now() - n * interval '1 minute'", "n");
        List<String> before = database.texts(FIGURES);
        List<String> places = places();
        List<String> notes = new ArrayList<>();
        try (Connection connection = database.asLogin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_worker; set local client_min_messages = debug1");
            statement.execute("select archive_old_metrics()");
            for (SQLWarning note = statement.getWarnings(); note != null; note = note.getNextWarning()) {
                notes.add(String.valueOf(note.getMessage()));
            }
            connection.commit();
        }
        assertThat(notes)
                .contains("partition constraint for table \"metric_readings_" + year
                        + "_03\" is implied by existing constraints")
                .noneMatch(note -> note.contains("verifying") || note.contains("building index"));
        assertThat(places()).as("the same files").isEqualTo(places);
        assertThat(database.texts(
                        "select archived || ' ' || count(*) from metric_samples group by archived order by 1"))
                .containsExactly("false 10", "true 60000");
        assertThat(database.texts(FIGURES)).as("rollups").isEqualTo(before);
        assertThat(asWorker("select archive_old_metrics()")).containsExactly("0");
    }

    @Test
    void an_archived_month_keeps_its_owner_its_row_security_and_its_triggers() throws SQLException {
        record("account", "generate_series(1, 10) n", march + " + n * interval '1 hour'", "n");
        String traits = """
                select concat_ws(' ', relowner::regrole, relrowsecurity, relforcerowsecurity, relacl,
                  (select string_agg(tgname || tgfoid::regproc || tgenabled::text, ',') from pg_trigger where tgrelid = c.oid),
                  (select string_agg(conname, ',' order by conname) from pg_constraint where conrelid = c.oid))
                from pg_class c where relname = 'metric_readings_%d_03'""".formatted(year);
        List<String> before = database.texts(traits);
        asWorker("select archive_old_metrics()");
        assertThat(database.texts(traits))
                .hasSize(1)
                .first()
                .satisfies(after -> assertThat(after.replace("archive_", "")).isEqualTo(before.getFirst()));
        assertThatThrownBy(() -> database.execute(
                        "update metric_readings_archive set recorded_at = recorded_at + interval '1 second'"))
                .hasStackTraceContaining("stays with its series");
    }

    @Test
    void late_samples_of_an_archived_month_go_to_the_archive_and_rollups_stay_exact() throws SQLException {
        record("account", "generate_series(1, 200) n", march + " + n * interval '3 hours'", "n * 7 % 50");
        asWorker("select archive_old_metrics()");
        record(
                "account",
                "generate_series(1, 400) n",
                march + " - interval '4 days' + n * interval '2 hours'",
                "n * 3 % 40");
        assertThat(database.texts("select tableoid::regclass || ' ' || count(*) from metric_readings group by 1"
                        .replace("group by 1", "group by tableoid order by 1")))
                .containsExactly("partitions.metric_readings_" + year + "_02 47");
        assertThat(database.texts(
                        "select tableoid::regclass || ' ' || count(*) from metric_readings_archive group by tableoid"))
                .hasSize(1)
                .allMatch(text -> text.startsWith("partitions.metric_readings_" + year + "_03 "));
        assertThat(database.texts(RECOUNT)).isEmpty();
        database.execute("delete from metric_readings_archive where metric_value < 10");
        database.execute("update metric_readings_archive set metric_value = metric_value + 1 where metric_value < 20");
        assertThat(database.texts(RECOUNT)).isEmpty();
        assertThat(asWorker("select archive_old_metrics()")).containsExactly("1");
        assertThat(database.texts(RECOUNT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a reader", "a writer"})
    void a_month_in_use_is_left_for_the_next_run(String who) throws SQLException {
        record("account", "generate_series(1, 10) n", march + " + n * interval '1 hour'", "n");
        try (Connection other = database.asSuperuser();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            if (who.equals("a reader")) {
                statement.execute("select * from metric_samples");
            } else {
                record(
                        statement,
                        "account",
                        "generate_series(1, 10) n",
                        march + " + interval '1 day' + n * interval '1 hour'",
                        "n");
            }
            assertThat(asWorker("select archive_old_metrics()")).containsExactly("0");
            statement.execute("select count(*) from metric_samples");
            other.commit();
        }
        assertThat(asWorker("select archive_old_metrics()")).containsExactly("1");
        assertThat(database.texts(RECOUNT)).isEmpty();
    }

    @Test
    void only_months_that_ended_before_the_retention_are_archived() throws SQLException {
        record(
                "account",
                "generate_series(0, 15) n",
                "date_trunc('month', now(), 'UTC') - n * interval '1 month'",
                "n");
        assertThat(asWorker("select archive_old_metrics()")).containsExactly("2");
        assertThat(asWorker("select archive_old_metrics('P0D')")).containsExactly("13");
        assertThat(database.texts("select distinct tableoid::regclass::text from metric_readings"))
                .containsExactly("partitions.metric_readings_" + month(0));
        assertThatThrownBy(() -> asWorker("select archive_old_metrics('-1 month')"))
                .hasMessageContaining("retention: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe", "UTC", "Pacific/Apia"})
    void days_follow_the_organization_to_another_zone(String zone) throws SQLException {
        record(
                "post",
                "generate_series(1, 300) n",
                "date '2025-10-01' + n * interval '5 hours 7 minutes'",
                "n * 7 % 50");
        record("account", "generate_series(1, 100) n", "date '2025-10-01' + n * interval '7 hours'", "n * 7 % 50");
        asWorker("select refresh_cross_platform_metrics()");
        assertThat(asWorker("select app.rebuild_metric_zone('" + organization + "')"))
                .containsExactly("f");
        database.execute("update organizations set time_zone = '" + zone + "'");
        assertThat(asWorker("select app.outdated_zones('metrics')")).containsExactly(organization);
        assertThat(asWorker("select app.rebuild_metric_zones()")).containsExactly("1");
        assertThat(asWorker("select app.rebuild_metric_zones()")).containsExactly("0");
        assertThat(database.texts("select time_zone from rollup_zones where rollup = 'metrics'"))
                .containsExactly(zone);
        assertThat(database.texts(RECOUNT)).isEmpty();
        assertThat(
                        database.texts(
                                "select concat_ws(' ', series_id, bucket, samples) from metric_rollups where tier = 1440 order by series_id, bucket"))
                .isEqualTo(database.texts("select concat_ws(' ', series_id, app.local_day_start(recorded_at, '" + zone
                        + "'), count(*)) from metric_samples group by series_id, app.local_day_start(recorded_at, '"
                        + zone
                        + "') order by series_id, app.local_day_start(recorded_at, '" + zone + "')"));

        // What a comparison from nothing would say.
        String compared = "select to_jsonb(c)::text from cross_platform_metrics c order by metric, bucket, platform";
        List<String> moved = database.texts(compared);
        assertThat(moved).isNotEmpty();
        database.execute(
                "delete from cross_platform_metrics;"
                        + " insert into metric_dirty_days select distinct organization_id, metric, bucket from metric_totals where tier = 1440");
        asWorker("select refresh_cross_platform_metrics()");
        assertThat(database.texts(compared)).isEqualTo(moved);
    }

    @Test
    void the_audit_reports_and_heals() throws SQLException {
        record("post", "generate_series(1, 60) n", "date '2026-01-01' + n * interval '97 minutes'", "n * 7 % 50");
        List<String> before = database.texts(FIGURES);
        assertThat(asWorker("select app.audit_metrics(100)")).isEmpty();
        for (String corruption : List.of(
                "update metric_rollups set sum = sum + 1 where tier = 15",
                "update metric_rollups set growth = growth + 1 where tier = 1440",
                "delete from metric_rollups",
                "delete from metric_rollups where tier = 15 and bucket > date '2026-01-03'",
                "insert into metric_rollups select organization_id, series_id, tier, bucket + interval '15 minutes', samples, sum, min, max, first, last, growth from metric_rollups where tier = 15",
                "update metric_totals set samples = samples + 1",
                "delete from metric_totals where tier = 60",
                "delete from metric_totals",
                "update metric_series set last_value = -1, last_at = null")) {
            database.execute("set session_replication_role = replica; " + corruption);
            assertThat(database.texts(FIGURES)).as(corruption).isNotEqualTo(before);
            assertThat(asWorker("select app.audit_metrics(300)")).as(corruption).isNotEmpty();
            assertThat(database.texts(FIGURES)).as(corruption).isEqualTo(before);
        }
        assertThat(asWorker("select app.audit_metrics(100)")).isEmpty();
    }

    @Test
    void samples_where_none_can_be_are_rebuilt() throws SQLException {
        String at = "date '2026-01-01' + n * interval '97 minutes'";
        record("post", "generate_series(1, 60) n", at, "n * 7 % 50");
        database.execute(
                "set session_replication_role = replica; update metric_series set last_value = -1, last_at = null");
        record("post", "generate_series(50, 70) n", at, "n");
        assertThat(database.texts(RECOUNT)).isEmpty();
    }

    @Test
    void requests_may_call_none_of_it() {
        assertThat(database.texts("""
                select p.proname from pg_proc p
                where has_function_privilege('pulsegraph_api', p.oid, 'execute')
                  and p.proname in ('make_partitions_ahead', 'archive_old_metrics', 'rebuild_metric_zone', 'rebuild_metric_zones',
                    'outdated_zones', 'refresh_cross_platform', 'refresh_cross_platform_metrics',
                    'recount_metrics', 'repair_metrics', 'sample_metrics', 'audit_metrics', 'recompute_cross_platform')""")).isEmpty();
    }

    private List<String> places() {
        return database.texts("select c.relname || ' ' || pg_relation_filepath(c.oid) from pg_class c"
                + " where relnamespace = 'partitions'::regnamespace order by 1");
    }

    private static String month(int ahead) {
        LocalDate month = LocalDate.now(ZoneOffset.UTC).plusMonths(ahead);
        return "%d_%02d".formatted(month.getYear(), month.getMonthValue());
    }

    private List<String> asWorker(String sql) throws SQLException {
        return database.textsAsWorker(sql);
    }

    private void record(String entityType, String rows, String at, String value) throws SQLException {
        try (Connection connection = database.asSuperuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            record(statement, entityType, rows, at, value);
            connection.commit();
        }
    }

    /** As a request does. */
    private void record(Statement statement, String entityType, String rows, String at, String value)
            throws SQLException {
        String entity = "00000000-0000-4000-8000-000000000001";
        if (entityType.equals("post")) {
            statement.execute("insert into posts_core (organization_id, id, title, status) values ('" + organization
                    + "', '" + entity + "', 'A post', 'draft') on conflict do nothing");
        }
        statement.execute("set local role pulsegraph_api; select set_config('app.user_id', '" + user + "', true);"
                + " select app.create_metric_staging(); insert into pg_temp.metric_batch select n, 'likes', '"
                + entityType
                + "', '"
                + entity
                + "', 'instagram', " + value + ", (" + at + ")::timestamptz, null from " + rows
                + "; select * from app.write_metric_batch('" + organization + "'); reset role");
    }
}
