package dev.pulsegraph.command;

import dev.pulsegraph.database.EmbeddedPostgresServer;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Tokens;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Serves for a moment with a database of its own and asks itself some questions, so that a JVM started with
 * {@code -XX:AOTCacheOutput} learns which classes a real start needs. The launcher calls it once a build.
 */
@Command(name = "train", description = "Runs a start and some requests to train the JVM's AOT cache.", hidden = true)
final class TrainCommand implements Callable<Integer> {
    private static final int ROUNDS = 20;
    private static final List<String> QUESTIONS = List.of(
            "{ viewer { user { name } organizations { nodes { slug viewerRole usage { posts members } } } } }",
            "{ organization(slug: \\\"acme\\\") { id name posts(first: 20) { totalCount nodes { id title content hashtags"
                    + " platforms publishedAt author { id name } media { url } } } members { nodes { role } } } }",
            "{ __schema { types { name } } }",
            "{ nonsense }");

    @Option(names = "--directory", required = true, description = "Where the database of the training run is kept.")
    Path directory = Path.of("");

    @Option(names = "--unpack", description = "Only unpacks PostgreSQL, whose unpacker the cache could not hold.")
    boolean unpackOnly;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (unpackOnly) {
            EmbeddedPostgresServer.start(directory, false).close();
            return 0;
        }
        try (ApplicationContext context = Micronaut.build(new String[0])
                .banner(false)
                // Whatever the operator has set, a training run touches no database but its own.
                .environmentPropertySource(false)
                .mainClass(TrainCommand.class)
                .properties(Map.of(
                        "micronaut.server.port",
                        -1,
                        "pulsegraph.database.data-directory",
                        directory.toString(),
                        "pulsegraph.database.throwaway",
                        true))
                .start()) {
            String token = context.getBean(Tokens.class)
                    .issue(Demo.OWNER.id(), Demo.OWNER.name(), Demo.OWNER.email(), false, Duration.ofHours(1));
            URI uri = context.getBean(EmbeddedServer.class).getURI();
            try (HttpClient http = HttpClient.newHttpClient()) {
                for (int round = 0; round < ROUNDS; round++) {
                    for (String question : QUESTIONS) {
                        http.send(
                                HttpRequest.newBuilder(uri.resolve("/graphql"))
                                        .header("Content-Type", "application/json")
                                        .header("Authorization", "Bearer " + token)
                                        .POST(HttpRequest.BodyPublishers.ofString("{\"query\": \"" + question + "\"}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                    }
                }
                http.send(HttpRequest.newBuilder(uri.resolve("/health")).build(), HttpResponse.BodyHandlers.ofString());
            }
        }
        return 0;
    }
}
