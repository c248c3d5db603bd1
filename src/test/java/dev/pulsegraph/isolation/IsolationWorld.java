package dev.pulsegraph.isolation;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.TestDatabase;
import graphql.schema.GraphQLSchema;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Organization A, which nobody else may notice, and organization B, whose people try to: in a database and behind a
 * server of their own, so that nothing else changes while they look.
 */
final class IsolationWorld implements AutoCloseable {
    private static final String STRANGER = "stranger@nowhere.example";

    private final TestDatabase database;
    private final EmbeddedServer server;
    private final Tenant a;
    private final Tenant b;
    private final Pattern tracesOfA;
    private final Map<String, String> withoutA;
    private final Map<String, String> withA;

    IsolationWorld() {
        database = TestDatabase.migrated();
        server = serve(database);
        b = Tenant.insert(database, "birch4f", "84022938");
        // The first request of a caller makes their profile.
        outsiders()
                .values()
                .forEach(outsider -> outsider.ask("{ viewer { operator } }").succeeded());
        withoutA = impressions();
        a = Tenant.insert(database, "amber7c", "73911827");
        withA = impressions();
        tracesOfA = a.compiledPattern();
    }

    /** The bounds of operations are out of the way: what is walked here is large on purpose. */
    private static EmbeddedServer serve(TestDatabase database) {
        return database.serve(Map.of(
                "pulsegraph.graphql.max-depth",
                100,
                "pulsegraph.graphql.max-root-fields",
                1000,
                "pulsegraph.graphql.max-aliases",
                10000,
                "pulsegraph.graphql.max-tokens",
                1000000,
                "pulsegraph.graphql.max-cost",
                1000000000000L,
                "pulsegraph.graphql.rate-capacity",
                1000000000000L,
                "pulsegraph.graphql.rate-refill",
                100000000L));
    }

    TestDatabase database() {
        return database;
    }

    Tenant a() {
        return a;
    }

    Tenant b() {
        return b;
    }

    Pattern tracesOfA() {
        return tracesOfA;
    }

    private Api api() {
        return server.getApplicationContext().getBean(Api.class);
    }

    GraphQLSchema schema() {
        return server.getApplicationContext().getBean(GraphQLSchema.class);
    }

    Api.As insider() {
        return api().as(a.email());
    }

    Api.As ownerOfB() {
        return api().as(b.email());
    }

    /** Everybody who may not notice A. */
    Map<String, Api.As> outsiders() {
        Map<String, Api.As> outsiders = new LinkedHashMap<>();
        outsiders.put("the owner of B", ownerOfB());
        outsiders.put("an API key of B", api().bearer(b.secret()));
        outsiders.put("a stranger", api().as(STRANGER));
        outsiders.put("an operator", api().asOperator("operator@nowhere.example"));
        return outsiders;
    }

    /** The same people as the database knows them, and nobody at all. */
    List<Identity> identities() {
        return List.of(
                new Identity("the owner of B", b.user().toString(), ""),
                new Identity("an API key of B", "", b.key().toString()),
                new Identity("a stranger", UUID.randomUUID().toString(), ""),
                new Identity("nobody", "", ""));
    }

    /** What each outsider answered to every question that names nothing of A, before there was an A. */
    Map<String, String> withoutA() {
        return withoutA;
    }

    /** The same questions, asked when A had just come to be. */
    Map<String, String> withA() {
        return withA;
    }

    private Map<String, String> impressions() {
        var questions = new Questions(schema());
        Map<String, String> impressions = new LinkedHashMap<>();
        outsiders()
                .forEach((name, outsider) -> questions.plain(b.slug()).forEach((field, question) -> {
                    // The installation is the operator's, and its tables do grow.
                    if (!field.equals("system")) {
                        impressions.put(name + " asking " + field, ApiWalk.timeless(outsider.ask(question)));
                    }
                }));
        return impressions;
    }

    @Override
    public void close() {
        server.close();
        database.close();
    }

    /** On whose behalf a transaction acts. */
    record Identity(String name, String user, String key) {
        boolean isUser() {
            return !user.isEmpty();
        }
    }
}
