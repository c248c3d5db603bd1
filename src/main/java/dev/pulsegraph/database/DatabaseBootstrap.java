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
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the database ready before the pool connects: starts the embedded server when no address is configured, migrates
 * as the owner, and refuses to go on when the wall between tenants has a hole.
 */
@Singleton
public class DatabaseBootstrap implements BeanInitializedEventListener<DatasourceConfiguration> {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseBootstrap.class);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static @Nullable EmbeddedPostgresServer shared;

    private final DatabaseSettings settings;
    private @Nullable EmbeddedPostgresServer embedded;
    private @Nullable HikariDataSource pool;
    private boolean freshDatabase;

    DatabaseBootstrap(DatabaseSettings settings) {
        this.settings = settings;
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
        EmbeddedPostgresServer server = settings.throwaway() ? shared(settings.directory()) : startEmbedded();
        var migrations = new Migrations(server.url(), EmbeddedPostgresServer.OWNER, server.password());
        migrations.migrate();
        migrations.grantLogin(EmbeddedPostgresServer.LOGIN, server.password());
        pooled.setUrl(server.url());
        pooled.setUsername(EmbeddedPostgresServer.LOGIN);
        pooled.setPassword(server.password());
        freshDatabase = server.isNew();
    }

    private EmbeddedPostgresServer startEmbedded() {
        if (!settings.attach()) {
            LOG.info("Starting the embedded PostgreSQL 17 in {}", settings.directory());
        }
        EmbeddedPostgresServer server = settings.attach()
                ? EmbeddedPostgresServer.attachOrStart(settings.directory())
                : EmbeddedPostgresServer.start(settings.directory(), true);
        embedded = server;
        LOG.info(
                "PostgreSQL is up: {}, accounts {} and {}, password in {}",
                server.url(),
                EmbeddedPostgresServer.OWNER,
                EmbeddedPostgresServer.LOGIN,
                settings.directory().resolve("database-password"));
        return server;
    }

    private void useConfigured(DatasourceConfiguration pooled) {
        if (settings.ownerUsername() == null || !settings.migrate()) {
            return;
        }
        var migrations = new Migrations(pooled.getConfiguredUrl(), settings.ownerUsername(), settings.ownerPassword());
        migrations.migrate();
        migrations.grantLogin(pooled.getUsername(), pooled.getPassword());
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
        return embedded != null || settings.throwaway();
    }

    /** The server shared by all tests of a process. */
    public static synchronized EmbeddedPostgresServer shared(Path directory) {
        EmbeddedPostgresServer server = shared;
        if (server == null) {
            server = EmbeddedPostgresServer.start(directory, false);
            shared = server;
        }
        return server;
    }

    /** From now on the end of the process closes the application in order: requests, the pool, then the database. */
    @EventListener
    void started(ServerStartupEvent event) {
        if (embedded != null) {
            embedded.closeAtExitAfter(GRACE);
        }
    }

    /** Beans are destroyed in an order that does not know about us: the pool closes before its server. */
    @PreDestroy
    void stop() {
        if (pool != null) {
            pool.close();
        }
        if (embedded != null) {
            embedded.close();
        }
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
