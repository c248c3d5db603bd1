package dev.pulsegraph.database.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Programs that send posts, metrics and traffic to a server, one after another, until they are stopped. */
final class Writers implements AutoCloseable {
    private static final String KEY = Secret.create(Secret.API_KEY).text();

    final UUID organization;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicInteger> acknowledged = new ConcurrentHashMap<>();
    private final ServerProcess server;
    private final int first;
    private final List<Future<?>> writers;
    private volatile boolean stopped;

    /** In an organization that is founded for them. */
    Writers(TestDatabase database, ServerProcess server) {
        this(server, UUID.randomUUID(), 0, organization -> insertOrganization(database, organization));
    }

    /** In the one that writers before them have left. */
    Writers(Writers before, ServerProcess server) {
        this(server, before.organization, 1_000_000, organization -> {});
    }

    private Writers(ServerProcess server, UUID organization, int first, Consumer<UUID> preparation) {
        this.server = server;
        this.organization = organization;
        this.first = first;
        preparation.accept(organization);
        writers = List.of(
                threads.submit(() -> write("posts")),
                threads.submit(() -> write("metrics")),
                threads.submit(() -> write("traffic")));
    }

    private static void insertOrganization(TestDatabase database, UUID organization) {
        database.insertOrganization(UUID.randomUUID().toString(), organization.toString());
        database.execute("update organizations set subscription_tier = 'enterprise'");
        database.execute("insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes) values ('"
                + organization + "', gen_random_uuid(), 'a key', 'pgk_', decode('" + new Secret(KEY).sha256()
                + "', 'hex'), '{read,ingest,write}')");
    }

    int acknowledged(String kind) {
        return acknowledged.computeIfAbsent(kind, any -> new AtomicInteger()).get();
    }

    /** Waits until each of them has had so many more answers. */
    void goOn(int answers) {
        for (String kind : List.of("posts", "metrics", "traffic")) {
            int aim = acknowledged(kind) + answers;
            while (acknowledged(kind) < aim) {
                assertThat(writers).as(kind).noneMatch(Future::isDone);
                Thread.onSpinWait();
            }
        }
    }

    void stop() throws Exception {
        stopped = true;
        for (Future<?> writer : writers) {
            writer.get();
        }
    }

    private Void write(String kind) throws IOException, InterruptedException {
        for (int i = first; !stopped; i++) {
            HttpResponse<String> answer = switch (kind) {
                case "posts" -> send("/graphql", "application/json", """
                                    {"query": "mutation { createPost(input: { organization: \\"%s\\", title: \\"Post %d\\",\
                                     content: \\"A tab \\\\t, a line \\\\n, a backslash \\\\\\\\ and 🦊\\", platforms: [\\"x\\"] }) { post { id } } }"}""".formatted(globalId(), i));
                case "metrics" -> send("/v1/metrics", "text/csv", """
                                metric,entityType,entity,value,recordedAt
                                likes,ACCOUNT,%s,%d,2026-0%d-05T09:00:0%d.123456Z
                                """.formatted(organization, i, 1 + i % 9, i % 10));
                default -> send("/v1/batch", "application/json", """
                                {"batch": [{"type": "page", "anonymousId": "a%d", "messageId": "m%d"},
                                 {"type": "track", "event": "Clicked", "anonymousId": "a%d", "messageId": "c%d",
                                  "properties": {"clickTarget": "contact.email"}}]}""".formatted(i % 50, i, i % 50, i));
            };
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("\"errors\"", "REJECTED");
            acknowledged.computeIfAbsent(kind, any -> new AtomicInteger()).incrementAndGet();
        }
        return null;
    }

    private String globalId() {
        return GlobalId.encode("Organization", organization);
    }

    private HttpResponse<String> send(String path, String type, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(server.uri(path))
                        .header("Content-Type", type)
                        .header("Authorization", "Bearer " + KEY)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        stopped = true;
        threads.close();
        http.close();
    }
}
