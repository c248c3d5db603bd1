package dev.pulsegraph.database;

import com.sun.management.OperatingSystemMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import javax.sql.DataSource;

/** Whether nobody waits for this server, so that it may do what is not needed at once. */
@Singleton
public class Idleness {
    private final DataSource pool;

    Idleness(DataSource pool) {
        this.pool = pool;
    }

    /**
     * Whether no connection of the pool is in use, and the machine does little.
     *
     * @param busy from which share of its time in use, 0 to 1, the machine counts as busy
     */
    public boolean isIdle(double busy) {
        return DelegatingDataSource.unwrapDataSource(pool) instanceof HikariDataSource hikari
                && hikari.getHikariPoolMXBean().getActiveConnections() == 0
                && ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getCpuLoad()
                        < busy;
    }
}
