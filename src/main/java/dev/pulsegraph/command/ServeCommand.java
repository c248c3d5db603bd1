package dev.pulsegraph.command;

import dev.pulsegraph.database.DatabaseBootstrap;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Tokens;
import dev.pulsegraph.system.Version;
import dev.pulsegraph.web.DemoPage;
import io.micronaut.configuration.graphql.GraphQLConfiguration;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Serves the API. Its options are settings, such as {@code -micronaut.server.port=9090}; {@link SettingsCheck} looks at them. */
@Command(
        name = "serve",
        description = {
            "Serves the API (the default command).",
            "Without DATASOURCES_DEFAULT_URL it starts a PostgreSQL of its own, with its data in data beside the launcher."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Unmatched
    private final List<String> settings = new ArrayList<>();

    List<String> settings() {
        return settings;
    }

    @Override
    public Integer call() {
        if (LogFormat.isJson()) {
            LOG.info("Pulsegraph {} starts", Version.get());
        } else {
            System.out.println("Pulsegraph " + Version.get() + " starts …");
        }
        ApplicationContext context = new Server()
                .args(settings.toArray(String[]::new))
                .banner(false)
                .mainClass(ServeCommand.class)
                .start();
        context.findBean(EmbeddedServer.class).ifPresent(server -> announce(context, server));
        return PulsegraphCommand.KEEP_RUNNING;
    }

    private static void announce(ApplicationContext context, EmbeddedServer server) {
        long milliseconds = ManagementFactory.getRuntimeMXBean().getUptime();
        String url = "http://localhost:" + server.getPort();
        GraphQLConfiguration endpoint = context.getBean(GraphQLConfiguration.class);
        if (LogFormat.isJson()) {
            LOG.atInfo()
                    .addKeyValue("graphql", url + endpoint.getPath())
                    .addKeyValue("health", url + "/health")
                    .addKeyValue("metrics", url + "/prometheus")
                    .log("Pulsegraph is up after {} ms: {}{}", milliseconds, url, endpoint.getPath());
            return;
        }
        var text = new StringBuilder()
                .append("\nPulsegraph is up after ")
                .append(Math.round(milliseconds / 100.0) / 10.0)
                .append(" s.\n\n")
                .append("  GraphQL   ")
                .append(url)
                .append(endpoint.getPath())
                .append("\n  GraphiQL  ")
                .append(
                        endpoint.getGraphiql().isEnabled()
                                ? url + endpoint.getGraphiql().getPath()
                                : "off")
                .append("\n  Schema    ")
                .append(url)
                .append("/schema.graphqls\n")
                .append("  Health    ")
                .append(url)
                .append("/health\n")
                .append("  Metrics   ")
                .append(url)
                .append("/prometheus\n");
        if (context.getBean(DemoPage.class).writeKey().isPresent()) {
            text.append("  Demo page ").append(url).append("/demo/\n");
        }
        Demo demo = context.getBean(Demo.class);
        Tokens tokens = context.getBean(Tokens.class);
        if (tokens.canIssue() && context.getBean(DatabaseBootstrap.class).isEmbedded() && demo.isLoaded()) {
            // Logs are kept, and read by others; so only the first start tells a token.
            if (demo.isFirstStart()) {
                text.append("\nA token of ")
                        .append(Demo.OWNER.email())
                        .append(" for the demo organization acme, good for 8 hours:\n\n  ")
                        .append(tokens.issue(
                                Demo.OWNER.id(), Demo.OWNER.name(), Demo.OWNER.email(), false, Duration.ofHours(8)))
                        .append('\n');
            }
            text.append("\nTry it:\n\n  curl -s ")
                    .append(url)
                    .append(endpoint.getPath())
                    .append(" -H 'Content-Type: application/json' \\\n")
                    .append("    -H \"Authorization: Bearer $(./pulsegraph token --user ")
                    .append(Demo.OWNER.email())
                    .append(")\" \\\n")
                    .append(
                            "    -d '{\"query\": \"{ organization(slug: \\\"acme\\\") { name posts(first: 3) { nodes { title } } } }\"}'\n");
        }
        System.out.println(text);
    }

    /** Leaves a failed start to the command line, which tells it in a sentence. */
    private static final class Server extends Micronaut {
        @Override
        protected void handleStartupException(Environment environment, Throwable thrown) {
            throw new ApplicationStartupException("Pulsegraph did not start: " + thrown.getMessage(), thrown);
        }
    }
}
