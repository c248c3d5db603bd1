package dev.pulsegraph.command;

import dev.pulsegraph.database.EmbeddedPostgresServer;
import dev.pulsegraph.database.Migrations;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The database a command works on: the one that is configured, else the embedded one, which a running server may hold.
 *
 * @param owner runs migrations
 * @param login how the server logs in
 */
record CommandEnvironment(
        String url,
        Migrations owner,
        String login,
        @Nullable String loginPassword,
        @Nullable EmbeddedPostgresServer embedded)
        implements AutoCloseable {

    /** A whole application without its HTTP server, for commands that need its beans. */
    static ApplicationContext startContext() {
        return ApplicationContext.builder()
                .banner(false)
                .properties(Map.of("pulsegraph.database.attach", true, "pulsegraph.demo.on-first-start", false))
                .start();
    }

    /** Reads the settings alone: before the first migration nothing else could start. */
    static CommandEnvironment open() {
        try (ApplicationContext context = ApplicationContext.builder().build()) {
            Environment environment = context.getEnvironment().start();
            String url = environment
                    .getProperty("datasources.default.url", String.class)
                    .orElse("");
            return url.isBlank() ? embedded(environment) : configured(environment, url);
        }
    }

    private static CommandEnvironment embedded(Environment environment) {
        Path directory = Path.of(environment
                        .getProperty("pulsegraph.database.data-directory", String.class)
                        .orElse("data"))
                .toAbsolutePath();
        EmbeddedPostgresServer server = EmbeddedPostgresServer.attachOrStart(directory);
        return new CommandEnvironment(
                server.url(),
                new Migrations(server.url(), EmbeddedPostgresServer.OWNER, server.password()),
                EmbeddedPostgresServer.LOGIN,
                server.password(),
                server);
    }

    private static CommandEnvironment configured(Environment environment, String url) {
        String owner = environment
                .getProperty("pulsegraph.database.owner-username", String.class)
                .orElseThrow(() -> new IllegalStateException("Set PULSEGRAPH_DATABASE_OWNER_USERNAME and"
                        + " PULSEGRAPH_DATABASE_OWNER_PASSWORD: migrations run as the owner of the tables."));
        String login = environment
                .getProperty("datasources.default.username", String.class)
                .orElseThrow(() -> new IllegalStateException(
                        "Set DATASOURCES_DEFAULT_USERNAME: the account the server logs in as."));
        return new CommandEnvironment(
                url,
                new Migrations(
                        url,
                        owner,
                        environment
                                .getProperty("pulsegraph.database.owner-password", String.class)
                                .orElse(null)),
                login,
                environment
                        .getProperty("datasources.default.password", String.class)
                        .orElse(null),
                null);
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
