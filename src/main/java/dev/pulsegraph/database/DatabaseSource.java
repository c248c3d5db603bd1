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

    /** What EX_TEMPFAIL of sysexits.h is: try again later. */
    private static final int EXIT_CODE = 75;

    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

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
        if (!settings.attach() && !settings.throwaway()) {
            opened.supervise(settings.restartTimeout(), DatabaseSource::end);
        }
        LOG.info(
                "PostgreSQL is up: {}, accounts {} and {}, passwords beside the data",
                opened.url(),
                PostgresServer.OWNER,
                PostgresServer.LOGIN);
        return opened;
    }

    /** Ends this process for whoever supervises it, in good order if that does not take long. */
    private static void end() {
        Thread.ofPlatform().name("exit").daemon().start(() -> System.exit(EXIT_CODE));
        try {
            Thread.sleep(STOP_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    /** Says that the first start of a server is over. A command that looks in is none. */
    void settled() {
        if (!settings.attach()) {
            putToUse();
        }
    }

    /** Says that there are data in the database now, and no demo belongs into it. */
    public void putToUse() {
        if (server != null) {
            server.settled();
        }
    }

    /** Lets a process that is ending close what was opened itself, in its own order, but no longer than this. */
    void closeAtExitAfter(Duration timeout) {
        if (server != null) {
            server.closeAtExitAfter(timeout);
        }
    }

    void close() {
        if (server != null) {
            server.close();
        }
    }
}
