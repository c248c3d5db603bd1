package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a batch of samples reads to be written. */
class MetricBatchTest {
    private static final int POSTS = 1_000;
    private static final List<String> METRICS = List.of("likes", "comments", "shares", "reach", "impressions");
    /** A nested loop over a batch and what is stored would read as many times its square. */
    private static final int MAX_ROWS_PER_SAMPLE = 25;

    private static final String ROWS_READ = """
            select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::text from pg_stat_xact_user_tables
            where schemaname = 'public' and relname in ('metric_series', 'posts_core', 'metric_rollups', 'post_insights')""";

    /** An organization's first import comes before the tables are analysed: the planner takes them for empty. */
    @Test
    void a_batch_reads_a_few_rows_a_sample_while_nothing_is_known_of_the_tables() throws SQLException {
        String user = UUID.randomUUID().toString();
        String organization = UUID.randomUUID().toString();
        try (TestDatabase database = TestDatabase.migrated()) {
            database.insertOrganization(user, organization);
            for (String table : List.of("metric_series", "posts_core", "metric_rollups", "post_insights")) {
                database.execute("alter table " + table + " set (autovacuum_enabled = off)");
            }
            database.execute("insert into posts_core (organization_id, id, title, status) select '" + organization
                    + "', gen_random_uuid(), 'A post', 'draft' from generate_series(1, " + POSTS + ")");
            for (int batch = 0; batch < 3; batch++) {
                assertThat(rowsRead(database, user, organization, batch))
                        .as("batch %d", batch)
                        .isLessThan((long) MAX_ROWS_PER_SAMPLE * POSTS * METRICS.size());
            }
        }
    }

    private static long rowsRead(TestDatabase database, String user, String organization, int hour)
            throws SQLException {
        try (Connection connection = database.asSuperuser();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_api; select set_config('app.user_id', '" + user
                    + "', true); select app.create_metric_staging(); insert into pg_temp.metric_batch"
                    + " select row_number() over (), m.metric, 'post', p.id, 'instagram', 1, '2026-01-05T00:00:00Z'::timestamptz + interval '"
                    + hour + " hours', null from posts_core p cross join unnest('{" + String.join(",", METRICS)
                    + "}'::text[]) m(metric)");
            assertThat(TestDatabase.texts(
                            connection, "select written::text from app.write_metric_batch('" + organization + "')"))
                    .containsExactly(String.valueOf(POSTS * METRICS.size()));
            statement.execute("reset role");
            long read = Long.parseLong(TestDatabase.texts(connection, ROWS_READ).getFirst());
            connection.commit();
            return read;
        }
    }
}
