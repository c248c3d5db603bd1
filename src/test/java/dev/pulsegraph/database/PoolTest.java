package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

@MicronautTest(transactional = false)
class PoolTest {
    @Inject
    TransactionOperations<Connection> transactions;

    @Test
    void a_connection_whose_other_end_is_gone_is_noticed_but_not_before_the_longest_job_is_done() {
        Duration timeout = transactions.executeRead(status -> {
            try {
                return Duration.ofMillis(
                        status.getConnection().unwrap(PgConnection.class).getNetworkTimeout());
            } catch (SQLException e) {
                throw new DatabaseException(e);
            }
        });
        assertThat(timeout).isBetween(Duration.ofMinutes(10).plusSeconds(1), Duration.ofMinutes(15));
    }
}
