package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever writes samples says when they are of; however long ago, that makes few partitions, which all tenants share. */
class MetricPartitionTest {
    private static final String PARTITIONS = """
            select relname from pg_class where relnamespace = 'partitions'::regnamespace and relkind = 'r' and relname ~ '^metric_readings'
            order by 1""";

    private final TestDatabase database = TestDatabase.migrated();
    private final String user = UUID.randomUUID().toString();
    private final String organization = UUID.randomUUID().toString();
    private final int year = LocalDate.now(ZoneOffset.UTC).getYear();

    @BeforeEach
    void createOrganization() {
        database.insertOrganization(user, organization);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_sample_of_each_month_since_2000_makes_some_sixty_partitions() throws SQLException {
        int months = (year - 2000) * 12;
        record("generate_series(0, " + (months - 1) + ") n", "date '2000-01-15' + n * interval '1 month'");
        assertThat(database.texts(PARTITIONS))
                .hasSize(year - 2 - 2000 + 24)
                .contains("metric_readings_2000", "metric_readings_%d_01".formatted(year - 2))
                .doesNotContain("metric_readings_2000_01", "metric_readings_" + (year - 2));
        assertThat(database.texts("select count(*) from metric_samples")).containsExactly(months + "");
        record("generate_series(0, " + (months - 1) + ") n", "date '2000-01-16' + n * interval '1 month'");
        assertThat(database.texts(PARTITIONS)).hasSize(year - 2 - 2000 + 24);
    }

    @Test
    void a_year_that_shares_a_partition_is_archived_whole_and_late_samples_follow_it() throws SQLException {
        record("generate_series(0, 11) n", "date '2011-01-15' + n * interval '1 month'");
        assertThat(database.textsAsWorker("select archive_old_metrics()")).containsExactly("1");
        assertThat(parent("metric_readings_2011")).containsExactly("metric_readings_archive");
        record("generate_series(0, 11) n", "date '2011-01-20' + n * interval '1 month'");
        assertThat(database.texts("select count(*) from metric_readings_archive"))
                .containsExactly("24");
        assertThat(database.texts("select count(*) from metric_readings")).containsExactly("0");
        assertThat(database.textsAsWorker("select archive_old_metrics()")).containsExactly("0");
    }

    @Test
    void a_year_that_is_not_over_for_long_enough_stays() throws SQLException {
        record("generate_series(0, 0) n", "date '2011-12-15'");
        assertThat(database.textsAsWorker("select archive_old_metrics(now() - timestamptz '2011-12-31T23:00:00Z')"))
                .containsExactly("0");
        assertThat(database.textsAsWorker("select archive_old_metrics(now() - timestamptz '2012-01-01T01:00:00Z')"))
                .containsExactly("1");
    }

    @Test
    void a_year_that_has_months_already_goes_on_with_months() throws SQLException {
        database.execute(
                "set role pulsegraph_guard; select app.make_month_partitions('metric_readings', '{2011-03-01}')");
        record("generate_series(0, 11) n", "date '2011-01-15' + n * interval '1 month'");
        assertThat(database.texts(PARTITIONS)).hasSize(12).contains("metric_readings_2011_12");
    }

    @Test
    void many_who_need_the_same_years_at_once_get_them() throws SQLException {
        Concurrently.call(IntStream.range(0, 4).mapToObj(writer -> (Callable<Boolean>) () -> {
            record(
                    "generate_series(0, 59) n",
                    "date '2001-01-01' + " + writer + " * interval '1 day' + n * interval '1 month'");
            return true;
        }));
        assertThat(database.texts(PARTITIONS)).hasSize(5);
        assertThat(database.texts("select count(*) from metric_samples")).containsExactly("240");
    }

    @Test
    void months_that_cannot_be_are_refused() {
        for (String month : List.of("1999-12-31", (year + 4) + "-01-01", "9999-01-01", "0001-01-01 BC")) {
            assertThatThrownBy(() -> database.textsAsWorker("select app.make_metric_partitions('{\"" + month + "\"}')"))
                    .as(month)
                    .hasMessageContaining("is not between 2000 and two years from now");
            assertThatThrownBy(() -> database.textsAsWorker(
                            "select app.make_partitions('analytics_clicks', '{\"" + month + "\"}')"))
                    .as(month)
                    .hasMessageContaining("is not between 2000 and two years from now");
        }
    }

    private List<String> parent(String partition) {
        return database.texts("select inhparent::regclass from pg_inherits where inhrelid = 'partitions." + partition
                + "'::regclass");
    }

    /** As a request does. */
    private void record(String rows, String at) throws SQLException {
        try (Connection connection = database.asLogin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_api; select set_config('app.user_id', '" + user + "', true);"
                    + " select app.create_metric_staging(); insert into pg_temp.metric_batch"
                    + " select n, 'likes', 'account', '00000000-0000-4000-8000-000000000001', 'instagram', n, (" + at
                    + ")::timestamptz, null from " + rows + "; select * from app.write_metric_batch('" + organization
                    + "')");
            connection.commit();
        }
    }
}
