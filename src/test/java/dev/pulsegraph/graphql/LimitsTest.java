package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestServer;
import graphql.introspection.IntrospectionQuery;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class LimitsTest {
    private static final String LEVELS_TO_11 =
            "{ organizations(first: 1) { nodes { members(first: 1) { nodes { organization {"
                    + " members(first: 1) { nodes { organization { members(first: 1) { nodes { organization { %s } } } } } } } } } } } }";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void twelve_levels_are_answered_and_thirteen_are_not() {
        passes(LEVELS_TO_11.formatted("id"));
        exceeds(LEVELS_TO_11.formatted("usage { posts }"), "The operation is 13 levels deep; at most 12 are allowed.");
    }

    @Test
    void levels_inside_fragments_count() {
        exceeds(
                "{ ...F } fragment F on Query " + LEVELS_TO_11.formatted("...G")
                        + " fragment G on Organization { ... { usage { posts } } }",
                "The operation is 13 levels deep; at most 12 are allowed.");
    }

    @Test
    void ten_root_fields_are_answered_and_eleven_are_not() {
        passes("{" + " __typename".repeat(10) + " }");
        exceeds("{" + " __typename".repeat(11) + " }", "The operation has 11 root fields; at most 10 are allowed.");
        exceeds(
                "{ ...F __typename } fragment F on Query {" + " __typename".repeat(10) + " }",
                "The operation has 11 root fields; at most 10 are allowed.");
    }

    @Test
    void thirty_aliases_are_answered_and_more_are_not() {
        passes("{ viewer { " + aliases(30) + " } }");
        exceeds("{ viewer { " + aliases(31) + " } }", "The document has 31 aliases; at most 30 are allowed.");
    }

    @Test
    void ten_thousand_tokens_are_answered_and_more_are_not() {
        // { viewer { … } } has five besides.
        passes("{ viewer {" + " operator".repeat(9_995) + " } }");
        exceeds(
                "{ viewer {" + " operator".repeat(9_996) + " } }",
                "The document has more than 10000 tokens, which is the most allowed.");
    }

    @Test
    void a_cost_of_twenty_thousand_is_answered_and_more_is_not() {
        // 1 for the viewer, 1 for the organizations, 99 times 1 for itself, 1 for its posts and 200 of them.
        String pages = "organizations(first: 99) { nodes { posts(first: 200) { nodes { id } } } }";
        passes("{ viewer { operator } " + pages + " }");
        exceeds(
                "{ viewer { operator user { id } } " + pages + " }",
                "The operation may answer 20001 objects; at most 20000 are allowed. Ask for smaller pages.");
    }

    @Test
    void a_cost_too_large_for_a_number_is_not_taken_for_a_small_one() {
        String query = "{ organizations(first: 10000000) { nodes { posts(first: 2147483647) { nodes { organization {"
                + " posts(last: 2147483647) { nodes { id } } } } } } } }";
        assertThat(api.as("limits@spec.example")
                        .ask(query)
                        .failed("LIMIT_EXCEEDED")
                        .message())
                .contains("at most 20000");
    }

    @Test
    void ids_given_in_variables_count_in_the_cost() {
        Answer answer = api.as("limits@spec.example")
                .post("{\"query\": \"query ($ids: [ID!]!) { nodes(ids: $ids) { id } }\", \"variables\": {\"ids\": ["
                        + IntStream.range(0, 20_001).mapToObj(i -> "\"x\"").collect(Collectors.joining(",")) + "]}}");
        assertThat(answer.failed("LIMIT_EXCEEDED").message()).contains("20001 objects");
    }

    @Test
    void the_cost_is_told_on_request_only() {
        var team = fixtures.team();
        team.post("one");
        String body = "{\"query\": \"{ organization(slug: \\\"" + team.slug()
                + "\\\") { posts(first: 5) { nodes { id author { id } } } } }\", \"extensions\": {\"cost\": %s}}";
        Answer told = team.asOwner().post(body.formatted(true)).succeeded();
        // Asked for: an organization, its connection, five posts with authors.
        assertThat(number(told, "requested")).isEqualTo(12);
        // Answered: the whole, an organization, its connection, a post with its author.
        assertThat(number(told, "actual")).isEqualTo(5);
        assertThat(number(told, "remaining")).isPositive();
        assertThat(team.asOwner().post(body.formatted(false)).succeeded().body())
                .containsOnlyKeys("data");
    }

    @Test
    void who_spends_their_share_is_told_when_to_come_again() {
        try (var server =
                server(Map.of("pulsegraph.graphql.rate-capacity", 100, "pulsegraph.graphql.rate-refill", 1))) {
            Api limited = server.getApplicationContext().getBean(Api.class);
            var greedy = limited.as(Fixtures.unique("greedy") + "@spec.example");
            String page = "{ organizations(first: 90) { nodes { id } } }";
            int answered = 0;
            Answer answer = greedy.ask(page);
            while (answer.status() == 200 && answered < 200) {
                answered++;
                answer = greedy.ask(page);
            }
            // What was not used comes back, so pages that hold nothing cost nearly nothing.
            assertThat(answered).isBetween(4, 100);
            assertThat(answer.failed("RATE_LIMITED").status()).isEqualTo(429);
            int seconds =
                    Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
            assertThat(seconds).isBetween(1, 91);
            assertThat(answer.message()).contains(seconds + " s");
            // Others have shares of their own.
            limited.as(Fixtures.unique("modest") + "@spec.example").ask(page).succeeded();
            // What is more than a whole share would be refused for ever.
            assertThat(greedy.ask("{ organizations(first: 200) { nodes { id } } }")
                            .failed("LIMIT_EXCEEDED")
                            .message())
                    .contains("201 objects; at most 100");
        }
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped_and_all_fields_say_so() throws SQLException {
        PostgresServer postgres = TestServer.shared();
        try (var server = server(Map.of("pulsegraph.database.statement-timeout", "200ms"))) {
            var team = server.getApplicationContext().getBean(Fixtures.class).team();
            team.post("one");
            String query = "{ viewer { operator } organization(slug: \"" + team.slug()
                    + "\") { name posts { nodes { id } } members { nodes { id } } } }";
            team.asOwner().ask(query).succeeded();
            Answer answer;
            try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                    var lock = superuser.createStatement()) {
                superuser.setAutoCommit(false);
                lock.execute("lock table posts_core in access exclusive mode");
                answer = team.asOwner().ask(query);
                superuser.rollback();
            }
            assertThat(answer.status()).isEqualTo(294);
            assertThat(answer.errors())
                    .isNotEmpty()
                    .allSatisfy(error -> assertThat(error.toString()).contains("code=TIMEOUT"));
            assertThat(answer.at("viewer.operator")).isEqualTo(false);
            team.asOwner().ask(query).succeeded();
        }
    }

    @Test
    void a_mutation_that_takes_too_long_is_undone() throws SQLException {
        PostgresServer postgres = TestServer.shared();
        try (var server = server(Map.of("pulsegraph.database.statement-timeout", "200ms"))) {
            var team = server.getApplicationContext().getBean(Fixtures.class).team();
            String post = team.post("one");
            try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                    var lock = superuser.createStatement()) {
                superuser.setAutoCommit(false);
                lock.execute("lock table posts_content in access exclusive mode");
                Answer answer = team.asOwner()
                        .ask("mutation { a: updatePost(input: { id: \"" + post
                                + "\", title: \"two\", content: \"two\" }) { post { title } } }");
                superuser.rollback();
                assertThat(answer.failed("TIMEOUT").body()).containsEntry("data", null);
            }
            assertThat(team.asOwner()
                            .ask("{ node(id: \"" + post + "\") { ... on Post { title } } }")
                            .text("node.title"))
                    .isEqualTo("one");
        }
    }

    @Test
    void an_operation_of_many_slow_statements_keeps_its_deadline() throws SQLException {
        PostgresServer postgres = TestServer.shared();
        try (var server = server(Map.of("pulsegraph.database.operation-deadline", "100ms"))) {
            var team = server.getApplicationContext().getBean(Fixtures.class).team();
            Thread release;
            Answer answer;
            try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                    var statement = superuser.createStatement()) {
                superuser.setAutoCommit(false);
                statement.execute("lock table organizations in access exclusive mode");
                release = Thread.ofVirtual().start(() -> {
                    try (var sleeper = superuser.createStatement()) {
                        sleeper.execute("select pg_sleep(0.3)");
                        superuser.rollback();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                answer = team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { members { nodes { id } } } }");
                join(release);
            }
            assertThat(answer.failed("TIMEOUT").message()).contains("longer than 100 ms");
        }
    }

    @Test
    void the_whole_schema_may_be_asked_for() {
        Answer answer = api.as("limits@spec.example").ask(IntrospectionQuery.INTROSPECTION_QUERY);
        assertThat(answer.succeeded().list("__schema.types")).hasSizeGreaterThan(50);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void introspection_can_be_switched_off() {
        try (var server = server(Map.of("pulsegraph.graphql.introspection", false))) {
            Api closed = server.getApplicationContext().getBean(Api.class);
            var somebody = closed.as("limits@spec.example");
            for (String query : new String[] {
                IntrospectionQuery.INTROSPECTION_QUERY,
                "{ __type(name: \"Post\") { name } }",
                "{ viewer { operator } __schema { queryType { name } } }"
            }) {
                Answer answer = somebody.ask(query);
                assertThat(answer.failed("FORBIDDEN").text()).doesNotContain("\"Post\"", "queryType\":");
            }
            assertThat(somebody.ask("{ __typename viewer { __typename } }")
                            .succeeded()
                            .status())
                    .isEqualTo(200);
            assertThat(closed.send(closed.bearer(null)
                                    .request("/schema.graphqls")
                                    .build())
                            .status())
                    .isEqualTo(404);
        }
    }

    private void passes(String query) {
        assertThat(api.as("limits@spec.example").ask(query).succeeded().status())
                .isEqualTo(200);
    }

    private void exceeds(String query, String sentence) {
        Answer answer = api.as("limits@spec.example").ask(query).failed("LIMIT_EXCEEDED");
        assertThat(answer.message()).isEqualTo(sentence);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).containsOnlyKeys("errors");
    }

    private static String aliases(int count) {
        return IntStream.range(0, count).mapToObj(i -> "a" + i + ": operator").collect(Collectors.joining(" "));
    }

    private static long number(Answer answer, String name) {
        var found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(answer.text());
        assertThat(found.find()).as(answer.text()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EmbeddedServer server(Map<String, Object> settings) {
        return ApplicationContext.run(EmbeddedServer.class, settings, "test");
    }
}
