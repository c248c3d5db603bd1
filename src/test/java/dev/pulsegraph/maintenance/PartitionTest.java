package dev.pulsegraph.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The partitions of all tables that are partitioned by month, in a database of their own. */
class PartitionTest {
    private final TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void every_table_that_is_partitioned_by_time_is_registered_and_belongs_to_who_makes_partitions() {
        assertThat(
                        database.texts(
                                "select c.relname from pg_class c join pg_partitioned_table p on p.partrelid = c.oid where p.partstrat = 'r' order by 1"))
                .isNotEmpty()
                .isEqualTo(database.texts("select parent from monthly_tables order by 1"));
        assertThat(
                        database.texts(
                                "select c.relowner::regrole from pg_class c join monthly_tables m on m.parent = c.relname where c.relkind = 'p' group by 1"))
                .containsExactly("pulsegraph_guard");
    }

    @Test
    void partitions_are_made_ahead_of_all_tables_and_only_once() throws SQLException {
        int tables = Integer.parseInt(
                database.texts("select count(premake) from monthly_tables").getFirst());
        assertThat(ahead("")).containsExactly("" + 4 * tables);
        assertThat(ahead("")).containsExactly("0");
        assertThat(ahead("5")).containsExactly("" + 2 * tables);
        database.execute("update monthly_tables set premake = 7 where parent = 'analytics_clicks'");
        assertThat(ahead("")).containsExactly("2");
    }

    @Test
    void a_partition_has_the_owner_the_row_security_and_the_fillfactor_that_its_table_says() throws SQLException {
        ahead("0");
        assertThat(database.texts("""
                select distinct concat_ws(' ', p.parent, c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl)
                from app.partition_ranges p join pg_class c on c.relname = p.name and c.relnamespace = 'partitions'::regnamespace
                order by 1"""))
                .containsExactly(
                        "analytics_clicks pulsegraph_guard t t",
                        "analytics_events pulsegraph_guard t t",
                        "analytics_page_views pulsegraph_guard t t",
                        "analytics_sessions pulsegraph_guard t t {fillfactor=50}",
                        "ingested_messages pulsegraph_guard t t",
                        "metric_readings pulsegraph_guard t t");
    }

    @Test
    void ranges_are_those_of_the_catalogue_in_every_time_zone() throws SQLException {
        database.textsAsWorker("select app.make_partitions('analytics_clicks', '{2024-02-17}')");
        database.execute("""
                set role pulsegraph_guard;
                select app.make_partition('analytics_clicks', 'some_days', '2023-03-05T06:07:08Z', '2023-03-09T00:00:00Z');
                create table partitions.the_rest partition of analytics_clicks default""");
        for (String zone : List.of("America/New_York", "Asia/Kathmandu")) {
            try (var connection = database.asSuperuser();
                    var statement = connection.createStatement()) {
                statement.execute("set timezone = '" + zone + "'");
                assertThat(TestDatabase.texts(connection, """
                        select concat_ws(' ', name, extract(epoch from since)::bigint, extract(epoch from until)::bigint)
                        from app.partition_ranges where parent = 'analytics_clicks' order by 1"""))
                        .as(zone)
                        .containsExactly(
                                "analytics_clicks_2024_02 1706745600 1709251200",
                                "some_days 1677996428 1678320000",
                                "the_rest");
            }
        }
    }

    @Test
    void only_tables_whose_partitions_are_made_here_get_any() {
        for (String parent : List.of("organizations", "metric_readings_archive", "nothing")) {
            assertThatThrownBy(() ->
                            database.textsAsWorker("select app.make_partitions('" + parent + "', '{2026-01-01}')"))
                    .hasMessageContaining("parent: " + parent + " is not a table whose partitions are made by month.");
        }
    }

    @Test
    void requests_may_make_partitions_of_samples_and_of_nothing_else() {
        assertThat(database.texts("""
                select proname from pg_proc
                where pronamespace in ('app'::regnamespace, 'public'::regnamespace) and has_function_privilege('pulsegraph_api', oid, 'execute') and proname ~ 'partition'""")).containsExactly("make_metric_partitions");
    }

    private List<String> ahead(String months) throws SQLException {
        return database.textsAsWorker("select app.make_partitions_ahead(" + months + ")");
    }
}
