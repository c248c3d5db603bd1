package dev.pulsegraph.support;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.database.DatabaseSource;
import dev.pulsegraph.database.EmbeddedPostgresServer;
import dev.pulsegraph.database.PostgresServer;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The database server of all tests of a process: the embedded one, or the one that {@code PULSEGRAPH_TEST_POSTGRES} names,
 * which has pgvector.
 */
public final class TestServer {
    private static final Path DATA = Path.of("target/test-data").toAbsolutePath();
    private static @Nullable PostgresServer shared;

    private TestServer() {}

    public static boolean hasVector() {
        return System.getenv("PULSEGRAPH_TEST_POSTGRES") != null;
    }

    public static synchronized PostgresServer shared() {
        PostgresServer server = shared;
        if (server == null) {
            server = hasVector()
                    ? ExternalPostgresServer.takeOver(URI.create(System.getenv("PULSEGRAPH_TEST_POSTGRES")))
                    : EmbeddedPostgresServer.start(DATA, false);
            // Tests that make deadlocks wait this long for each.
            server.executeAsSuperuser("postgres", "alter system set deadlock_timeout = '100ms'");
            server.executeAsSuperuser("postgres", "select pg_reload_conf()");
            shared = server;
        }
        return server;
    }

    /** What an application gets that is told no address: nothing it would have to close. */
    @Singleton
    @Replaces(DatabaseSource.class)
    @Requires(env = Environment.TEST)
    static class SharedSource extends DatabaseSource {
        SharedSource(DatabaseSettings settings) {
            super(settings);
        }

        @Override
        public PostgresServer open() {
            return shared();
        }
    }
}
