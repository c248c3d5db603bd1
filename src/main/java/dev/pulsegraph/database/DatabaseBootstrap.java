package dev.pulsegraph.database;

import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.context.event.BeanInitializedEventListener;
import io.micronaut.context.event.BeanInitializingEvent;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.flyway.FlywayConfigurationProperties;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Gets the database ready before the pool connects, in this order: the embedded server when no address is configured,
 * migrations as the owner by Flyway, the grants of the login, and a check that tenants are isolated.
 */
@Singleton
public class DatabaseBootstrap implements BeanInitializedEventListener<DatasourceConfiguration> {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final DatabaseAccess access;
    private final DatabaseSource source;
    private final BeanProvider<FlywayConfigurationProperties> flyway;
    private @Nullable HikariDataSource pool;
    private @Nullable Migrations owner;

    DatabaseBootstrap(
            DatabaseAccess access,
            DatabaseSource source,
            @Named(OwnerFlyway.NAME) BeanProvider<FlywayConfigurationProperties> flyway) {
        this.access = access;
        this.source = source;
        this.flyway = flyway;
    }

    @Override
    public DatasourceConfiguration onInitialized(BeanInitializingEvent<DatasourceConfiguration> event) {
        DatasourceConfiguration pooled = event.getBean();
        DatabaseAccount login = access.login();
        // Flyway migrates when its configuration is made, if that was not before.
        FlywayConfigurationProperties migrated = flyway.get();
        if (migrated.isEnabled()) {
            owner = Migrations.of(migrated, access.requireOwner());
            owner.grantLogin(login);
        }
        refuseHoles(login);
        pooled.setUrl(login.url());
        pooled.setUsername(login.username());
        pooled.setPassword(login.password());
        return pooled;
    }

    private static void refuseHoles(DatabaseAccount login) {
        try (var connection = login.connect()) {
            List<String> holes = RowSecurityCheck.holes(connection);
            if (!holes.isEmpty()) {
                throw new IllegalStateException(
                        "Pulsegraph does not start, because tenants are not isolated: "
                                + String.join("; ", holes)
                                + ". Run `./pulsegraph migrate` with the owner's credentials, and log in as an account of its own.");
            }
        } catch (SQLException e) {
            throw LoginProblem.of(login, e);
        }
    }

    /** Whether nobody has used the embedded database yet, so that a demo belongs into it. */
    public boolean isFresh() {
        return access.isFresh();
    }

    /** Says that the first start is over, and what belongs into a fresh database is there. */
    public void settled() {
        source.settled();
    }

    public boolean isEmbedded() {
        return access.isEmbedded();
    }

    /** Migrations as the owner of the tables; empty where this server does not know it, or is not to migrate. */
    public Optional<Migrations> asOwner() {
        return Optional.ofNullable(owner);
    }

    /** From now on the end of the process closes the application in order: requests, the pool, then the database. */
    @EventListener
    void started(ServerStartupEvent event) {
        source.closeAtExitAfter(GRACE);
    }

    /** Beans are destroyed in an order that does not know about us: the pool closes before its server. */
    @PreDestroy
    void stop() {
        if (pool != null) {
            pool.close();
        }
        source.close();
    }

    @Singleton
    static class PoolListener implements BeanCreatedEventListener<DataSource> {
        private final DatabaseBootstrap bootstrap;

        PoolListener(DatabaseBootstrap bootstrap) {
            this.bootstrap = bootstrap;
        }

        @Override
        public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
            if (DelegatingDataSource.unwrapDataSource(event.getBean()) instanceof HikariDataSource hikari) {
                bootstrap.pool = hikari;
            }
            return event.getBean();
        }
    }
}
