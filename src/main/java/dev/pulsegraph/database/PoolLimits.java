package dev.pulsegraph.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.event.BeanInitializedEventListener;
import io.micronaut.context.event.BeanInitializingEvent;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * How long a connection is waited for follows from the deadline of operations, unless it is set: whoever gets none, because
 * the database is away or all are taken, is told so within it. Most of the deadline, since something may come before.
 */
@Singleton
class PoolLimits implements BeanInitializedEventListener<DatasourceConfiguration> {
    private static final long UNSET = TimeUnit.SECONDS.toMillis(30);
    /** The least that the pool takes. */
    private static final long SHORTEST = 250;

    private final DatabaseSettings settings;

    PoolLimits(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Override
    public DatasourceConfiguration onInitialized(BeanInitializingEvent<DatasourceConfiguration> event) {
        DatasourceConfiguration pool = event.getBean();
        if (pool.getConnectionTimeout() == UNSET) {
            pool.setConnectionTimeout(
                    Math.max(SHORTEST, settings.operationDeadline().toMillis() * 3 / 4));
        }
        // One that does not answer leaves time to try another.
        pool.setValidationTimeout(
                Math.max(SHORTEST, Math.min(pool.getValidationTimeout(), pool.getConnectionTimeout() / 4)));
        pool.setExceptionOverride(new KeepsWhatHeals());
        return pool;
    }

    /** The pool takes {@code 0A000} for a broken connection. A stale plan is none: the driver prepares it anew. */
    private static final class KeepsWhatHeals implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            return SqlProblems.isStalePlan(failure)
                    ? SQLExceptionOverride.Override.DO_NOT_EVICT
                    : SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
    }
}
