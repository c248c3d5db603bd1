package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestServer;
import graphql.introspection.IntrospectionQuery;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class LimitsTest {
    private static final String LEVELS_TO_11 =
            "{ organizations(first: 1) { nodes { members(first: 1) { nodes { organization {"
                    + " members(first: 1) { nodes { organization { members(first: 1) { nodes { organization { %s } } } } } } } } } } } }";

    private static final String METRICS = Stream.of(
                    "impressions",
                    "reach",
                    "engagement",
                    "likes",
                    "comments",
                    "shares",
                    "saves",
                    "clicks",
                    "views",
                    "watch_seconds",
                    "profile_visits",
                    "website_clicks",
                    "followers",
                    "following",
                    "posts_count",
                    "new_followers",
                    "unfollows",
                    "engagement_rate",
                    "click_through_rate",
                    "completion_rate")
            .map(name -> "\"" + name + "\"")
            .collect(Collectors.joining(", "));

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
                "The operation costs 20001; at most 20000 are allowed, 99 % of that. Most of it: `organizations` 19999,"
                        + " `organizations.nodes.posts` 19899. Ask for smaller pages, shorter ranges, fewer groups, or for"
                        + " less at once.");
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
        assertThat(answer.failed("LIMIT_EXCEEDED").message()).contains("costs 20001;", "`nodes` 20001");
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
        // Answered: an organization, its connection, a post with its author.
        assertThat(number(told, "actual")).isEqualTo(4);
        assertThat(number(told, "time")).isNotNegative();
        assertThat(number(told, "remaining")).isPositive();
        assertThat(told.text()).doesNotContain("parts");
        assertThat(team.asOwner().post(body.formatted(false)).succeeded().body())
                .containsOnlyKeys("data");
        Answer explained = team.asOwner().post(body.formatted("\"explain\"")).succeeded();
        assertThat(explained.body().get("extensions"))
                .asString()
                .contains("parts=[{", "path=organization.posts", "cost=11");
    }

    @Test
    void what_is_refused_tells_its_cost_and_its_parts_on_request() {
        Answer refused = api.as("limits@spec.example")
                .post("{\"query\": \"{ organizations(first: 200) { nodes { posts(first: 200) { nodes { id } } } } }\","
                        + " \"extensions\": {\"cost\": \"explain\"}}")
                .failed("LIMIT_EXCEEDED");
        assertThat(refused.body().get("extensions"))
                .asString()
                .contains("requested=40401", "path=organizations.nodes.posts", "cost=40200");
    }

    @Test
    void thirty_questions_for_all_points_there_may_be_are_refused_before_they_run() {
        var team = fixtures.team();
        String all = "metrics(query: { metrics: [" + METRICS
                + "], granularity: HOUR, range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-07-28T08:00:00Z\" } })"
                + " { series { metric points { at value samples complete asOf source } } }";
        String query = "{ organization(slug: \"" + team.slug() + "\") { "
                + IntStream.range(0, 30).mapToObj(i -> "a" + i + ": " + all).collect(Collectors.joining(" ")) + " } }";
        assertThat(team.asOwner().ask(query).failed("LIMIT_EXCEEDED").message())
                .startsWith("The operation costs 451831; at most 20000 are allowed, 4 % of that.")
                .contains("`organization.a0` 15061 (20 series of 5000 points)");
    }

    @Test
    void a_year_of_days_of_twenty_metrics_is_answered() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug() + "\") { metrics(query: { metrics: [" + METRICS
                + "], granularity: DAY, compareTo: PREVIOUS_YEAR,"
                + " range: { from: \"2025-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" } })"
                + " { series { metric total points { at value samples complete asOf source }"
                + " comparison { change points { at value } } } } } }";
        Answer answer = team.asOwner().ask(query).succeeded();
        assertThat(answer.list("organization.metrics.series")).hasSize(20);
    }

    @Test
    void who_spends_their_share_is_told_when_to_come_again() {
        try (var server =
                server(Map.of("pulsegraph.graphql.rate-capacity", 1000, "pulsegraph.graphql.rate-refill", 1))) {
            Api limited = server.getApplicationContext().getBean(Api.class);
            String page = "{ organizations(first: 150) { nodes { members(first: 4) { nodes { id } } } } }";
            // Who comes first waits for what the server does but once.
            limited.as(Fixtures.unique("first") + "@spec.example").ask(page).succeeded();
            var greedy = limited.as(Fixtures.unique("greedy") + "@spec.example");
            int answered = 0;
            Answer answer = greedy.ask(page);
            while (answer.status() == 200 && answered < 2000) {
                answered++;
                answer = greedy.ask(page);
            }
            // What was not used comes back, so pages that hold nothing cost nearly nothing.
            assertThat(answered).isBetween(2, 1000);
            assertThat(answer.failed("RATE_LIMITED").status()).isEqualTo(429);
            int seconds =
                    Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
            assertThat(seconds).isBetween(1, 1900);
            assertThat(answer.message()).contains(seconds + " s");
            // Others have shares of their own.
            limited.as(Fixtures.unique("modest") + "@spec.example").ask(page).succeeded();
            // What is more than a whole share would be refused for ever.
            assertThat(greedy.ask("{ organizations(first: 200) { nodes { members(first: 4) { nodes { id } } } } }")
                            .failed("LIMIT_EXCEEDED")
                            .message())
                    .contains("costs 1201; at most 1000");
        }
    }

    @Test
    void a_long_document_costs_when_it_is_not_known_whether_or_not_it_can_be_run() {
        try (var server =
                server(Map.of("pulsegraph.graphql.rate-capacity", 1000, "pulsegraph.graphql.rate-refill", 1))) {
            Api limited = server.getApplicationContext().getBean(Api.class);
            var honest = limited.as(Fixtures.unique("honest") + "@spec.example");
            String known = "{ viewer {" + " operator".repeat(500) + " } }";
            // Who comes first waits for what the server does but once.
            limited.as(Fixtures.unique("first") + "@spec.example").ask(known).succeeded();
            for (int again = 0; again < 20; again++) {
                honest.ask(known).succeeded();
            }
            var greedy = limited.as(Fixtures.unique("greedy") + "@spec.example");
            int refused = 0;
            for (int document = 0; document < 8; document++) {
                Answer answer = greedy.ask("{ viewer {" + (" nothing" + document).repeat(500) + " } }");
                assertThat(answer.status()).isIn(422, 429);
                if (answer.status() == 429) {
                    assertThat(answer.failed("RATE_LIMITED").message()).contains("The document is long");
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                    refused++;
                }
            }
            assertThat(refused).isBetween(1, 7);
            honest.ask(known).succeeded();
        }
    }

    @Test
    void time_is_taken_too_and_also_when_nothing_came_of_it() throws SQLException {
        PostgresServer postgres = TestServer.shared();
        try (var server = server(Map.of(
                "pulsegraph.database.statement-timeout",
                "300ms",
                "pulsegraph.graphql.rate-capacity",
                50_000,
                "pulsegraph.graphql.rate-refill",
                1))) {
            var team = server.getApplicationContext().getBean(Fixtures.class).team();
            team.post("one");
            String body = "{\"query\": \"{ organization(slug: \\\"" + team.slug()
                    + "\\\") { posts(first: 1) { nodes { id } } } }\", \"extensions\": {\"cost\": true}}";
            long before = number(team.asOwner().post(body).succeeded(), "remaining");
            Answer answer;
            try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                    var lock = superuser.createStatement()) {
                superuser.setAutoCommit(false);
                lock.execute("lock table posts_core in access exclusive mode");
                answer = team.asOwner().post(body);
                superuser.rollback();
            }
            assertThat(answer.text()).contains("TIMEOUT");
            // 300 ms but the first 20, at 5 a millisecond.
            assertThat(number(answer, "time")).isGreaterThan(1_300);
            assertThat(number(answer, "remaining")).isLessThan(before - 1_300);
        }
    }

    @Test
    void keys_of_one_organization_share_what_it_may_spend() {
        try (var server = server(Map.of(
                "pulsegraph.graphql.rate-capacity",
                20_000,
                "pulsegraph.graphql.rate-refill",
                1,
                "pulsegraph.graphql.organization-rate-capacity",
                22_000,
                "pulsegraph.graphql.organization-rate-refill",
                1))) {
            Fixtures fixtures = server.getApplicationContext().getBean(Fixtures.class);
            var team = fixtures.team();
            Api limited = server.getApplicationContext().getBean(Api.class);
            var one = limited.bearer(team.apiKey("READ"));
            var other = limited.bearer(team.apiKey("READ"));
            var elsewhere = limited.bearer(fixtures.team().apiKey("READ"));
            String small = "{ viewer { apiKey { id } } }";
            one.ask(small).succeeded();
            elsewhere.ask(small).succeeded();
            RateLimits limits = server.getApplicationContext().getBean(RateLimits.class);
            var ofOne = new Credentials.Key(new Secret(String.valueOf(one.bearer())).sha256());
            assertThat(limits.spend(ofOne, 17_500).isConsumed()).isTrue();
            // It costs 5,101 before it runs, and next to nothing afterwards.
            String page = "{ organizations(first: 50) { nodes { posts(first: 100) { nodes { id } } } } }";
            assertThat(other.ask(page).failed("RATE_LIMITED").status()).isEqualTo(429);
            elsewhere.ask(page).succeeded();
            // A user is none of its keys.
            team.asOwner().ask(page).succeeded();
        }
    }

    @Test
    void an_answer_that_grows_too_large_ends_as_a_whole() {
        try (var server = server(Map.of("pulsegraph.graphql.max-answer-objects", 12))) {
            var team = server.getApplicationContext().getBean(Fixtures.class).team();
            IntStream.range(0, 5).forEach(i -> team.post("Post " + i));
            String query = "{ viewer { operator } organization(slug: \"" + team.slug()
                    + "\") { posts(first: %d) { nodes { id author { id } } } } }";
            team.asOwner().ask(query.formatted(4)).succeeded();
            Answer answer = team.asOwner().ask(query.formatted(5)).failed("LIMIT_EXCEEDED");
            assertThat(answer.message())
                    .startsWith("The answer holds more than 12 objects, which is the most allowed.");
            assertThat(answer.body()).containsOnlyKeys("errors");
            assertThat(answer.status()).isEqualTo(422);
        }
    }

    @Test
    void an_answer_that_grows_too_long_ends_as_a_whole_and_gives_its_room_back() {
        try (var server = server(Map.of("pulsegraph.graphql.max-answer-bytes", 100_000))) {
            var context = server.getApplicationContext();
            var team = context.getBean(Fixtures.class).team();
            team.post(Map.of("title", "long", "content", "word ".repeat(15_000)));
            String query = "{ organization(slug: \"" + team.slug() + "\") { posts { nodes { %s } } } }";
            Answer once = team.asOwner().ask(query.formatted("content")).succeeded();
            assertThat(once.text().length()).isGreaterThan(75_000);
            Answer answer = team.asOwner()
                    .ask(query.formatted("content again: content"))
                    .failed("LIMIT_EXCEEDED");
            assertThat(answer.message())
                    .startsWith("The answer is longer than 100000 bytes, which is the most allowed.");
            assertThat(answer.body()).containsOnlyKeys("errors");
            assertThat(context.getBean(MeterRegistry.class)
                            .get("gql.answers.held")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    @Test
    void a_mutation_whose_answer_grows_too_large_changes_nothing() {
        try (var server = server(Map.of("pulsegraph.graphql.max-answer-objects", 3))) {
            var fixtures = server.getApplicationContext().getBean(Fixtures.class);
            var team = fixtures.team();
            String create = "mutation { createPost(input: { organization: \"" + team.id()
                    + "\", content: \"word\", platforms: [] }) { post { id organization { id members { nodes { id } } } } } }";
            team.asOwner().ask(create).failed("LIMIT_EXCEEDED");
            assertThat(team.asOwner()
                            .ask("{ organization(slug: \"" + team.slug() + "\") { posts { totalCount } } }")
                            .at("organization.posts.totalCount"))
                    .isEqualTo(0);
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
    void what_is_read_while_the_transaction_begins_fails_alone() throws SQLException {
        PostgresServer postgres = TestServer.shared();
        try (var server = server(Map.of("pulsegraph.database.statement-timeout", "200ms"))) {
            var team = server.getApplicationContext().getBean(Fixtures.class).team();
            try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                    var lock = superuser.createStatement()) {
                superuser.setAutoCommit(false);
                lock.execute("lock table organizations in access exclusive mode");
                Answer answer = team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { id } viewer { user { email } } }");
                superuser.rollback();
                assertThat(answer.failed("TIMEOUT").at("organization")).isNull();
                assertThat(answer.errors()).hasSize(1);
                assertThat(answer.text("viewer.user.email")).contains("@");
            }
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
