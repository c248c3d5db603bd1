package dev.pulsegraph.database;

import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.context.event.BeanInitializedEventListener;
import io.micronaut.context.event.BeanInitializingEvent;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Gets the database ready before the pool connects: starts the embedded server when no address is configured, migrates
 * as the owner, and refuses to go on when the wall between tenants has a hole.
 */
@Singleton
public class DatabaseBootstrap implements BeanInitializedEventListener<DatasourceConfiguration> {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final DatabaseSettings settings;
    private final DatabaseSource source;
    private @Nullable HikariDataSource pool;
    private boolean embedded;
    private boolean freshDatabase;
    private @Nullable Migrations owner;

    DatabaseBootstrap(DatabaseSettings settings, DatabaseSource source) {
        this.settings = settings;
        this.source = source;
    }

    @Override
    public DatasourceConfiguration onInitialized(BeanInitializingEvent<DatasourceConfiguration> event) {
        DatasourceConfiguration pooled = event.getBean();
        if (pooled.getConfiguredUrl() == null || pooled.getConfiguredUrl().isBlank()) {
            useEmbedded(pooled);
        } else {
            useConfigured(pooled);
        }
        refuseHoles(pooled);
        return pooled;
    }

    private void useEmbedded(DatasourceConfiguration pooled) {
        PostgresServer server = source.open();
        var migrations = new Migrations(server.url(), PostgresServer.OWNER, server.password());
        migrations.migrate();
        migrations.grantLogin(PostgresServer.LOGIN, server.password());
        pooled.setUrl(server.url());
        pooled.setUsername(PostgresServer.LOGIN);
        pooled.setPassword(server.password());
        embedded = true;
        freshDatabase = server.isNew();
        owner = migrations;
    }

    private void useConfigured(DatasourceConfiguration pooled) {
        if (settings.ownerUsername() == null || !settings.migrate()) {
            return;
        }
        var migrations = new Migrations(pooled.getConfiguredUrl(), settings.ownerUsername(), settings.ownerPassword());
        migrations.migrate();
        migrations.grantLogin(pooled.getUsername(), pooled.getPassword());
        owner = migrations;
    }

    private static void refuseHoles(DatasourceConfiguration pooled) {
        try (var connection =
                DriverManager.getConnection(pooled.getUrl(), pooled.getUsername(), pooled.getPassword())) {
            List<String> holes = WallCheck.holes(connection);
            if (!holes.isEmpty()) {
                throw new IllegalStateException(
                        "Pulsegraph does not start, because the wall between tenants has holes: "
                                + String.join("; ", holes)
                                + ". Run `./pulsegraph migrate` with the owner's credentials, and log in as an account of its own.");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "Cannot log in to " + pooled.getUrl() + " as " + pooled.getUsername() + ": " + e.getMessage()
                            + ". `./pulsegraph migrate` with the owner's credentials makes that account.",
                    e);
        }
    }

    /** Whether this start made the embedded database, so that a demo belongs into it. */
    public boolean isFresh() {
        return freshDatabase;
    }

    public boolean isEmbedded() {
        return embedded;
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
