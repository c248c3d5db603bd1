package dev.pulsegraph.database;

import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the database comes from when no address is configured: PostgreSQL as a child of this process. */
@Singleton
public class DatabaseSource {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseSource.class);

    private final DatabaseSettings settings;
    private @Nullable EmbeddedPostgresServer server;

    protected DatabaseSource(DatabaseSettings settings) {
        this.settings = settings;
    }

    public PostgresServer open() {
        if (!settings.attach()) {
            LOG.info("Starting the embedded PostgreSQL 17 in {}", settings.directory());
        }
        EmbeddedPostgresServer opened = settings.attach()
                ? EmbeddedPostgresServer.attachOrStart(settings.directory())
                : EmbeddedPostgresServer.start(settings.directory(), !settings.throwaway());
        server = opened;
        LOG.info(
                "PostgreSQL is up: {}, accounts {} and {}, password in {}",
                opened.url(),
                PostgresServer.OWNER,
                PostgresServer.LOGIN,
                settings.directory().resolve("database-password"));
        return opened;
    }

    /** Lets a process that is ending close what was opened itself, in its own order, but no longer than this. */
    void closeAtExitAfter(Duration patience) {
        if (server != null) {
            server.closeAtExitAfter(patience);
        }
    }

    void close() {
        if (server != null) {
            server.close();
        }
    }
}
