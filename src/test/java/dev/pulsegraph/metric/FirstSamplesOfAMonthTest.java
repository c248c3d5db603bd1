package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two writers who have the first samples of a month. */
class FirstSamplesOfAMonthTest {
    private static final String WAITING = "select count(*) from pg_locks where locktype = 'advisory' and not granted";

    private final TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void close() {
        database.close();
    }

    /** Recent months have a partition each, those of old years share one. */
    @ParameterizedTest
    @ValueSource(ints = {6, 60})
    void the_second_waits_for_the_partition_and_uses_it(int ago) throws Exception {
        String make = "select app.make_metric_partitions(array['"
                + LocalDate.now(ZoneOffset.UTC).minusMonths(ago).withDayOfMonth(1) + "']::date[])";
        try (Connection first = database.asSuperuser();
                Connection second = database.asSuperuser();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            first.setAutoCommit(false);
            assertThat(TestDatabase.texts(first, make)).containsExactly("1");
            Future<List<String>> made = thread.submit(() -> TestDatabase.texts(second, make));
            while (database.texts(WAITING).equals(List.of("0"))) {
                assertThat(made).isNotDone();
            }
            first.commit();
            assertThat(made.get()).containsExactly("0");
        }
    }
}
