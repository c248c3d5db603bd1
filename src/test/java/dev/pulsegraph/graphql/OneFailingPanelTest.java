package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.runtime.server.EmbeddedServer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A part of a query that fails is null and says why; the others are answered. In a database of its own, to break it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneFailingPanelTest {
    private static final String METRICS =
            "metrics(query: { metrics: [\"%s\"], range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }, granularity: DAY%s }) { series { metric } }";
    private static final String TOP =
            "topPosts(metric: \"%s\", range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }) { rank }";
    private static final String DAYS =
            "dailyStats(range: { from: \"2026-01-01\", to: \"2026-01-02\" }) { totals { sessions } }";
    private static final Duration STATEMENT = Duration.ofMillis(700);

    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer server =
            database.serve(Map.of("pulsegraph.database.statement-timeout", STATEMENT.toMillis() + "ms"));
    private final Fixtures fixtures = server.getApplicationContext().getBean(Fixtures.class);

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void of_two_aliases_only_the_bad_one_fails_with_its_own_value_and_argument() {
        var team = fixtures.team();
        Answer answer = team.asOwner()
                .ask(of(
                        team,
                        "a: " + METRICS.formatted("likes", "") + " b: " + METRICS.formatted("nope", "") + " c: "
                                + METRICS.formatted("likes", ", timeZone: \"Mars/Olympus\"") + " d: "
                                + TOP.formatted("likes") + " e: " + TOP.formatted("nix")
                                + " f: similar(input: { text: \"words\" }) { returned }"
                                + " g: similar(input: { text: \"words\", model: \"unknown\" }) { returned }"
                                + " h: posts(first: 999) { nodes { id } } i: posts(first: 1) { nodes { id } }"));
        for (String good : List.of("a.series.0.metric", "d", "f.returned", "i.nodes")) {
            assertThat(answer.at("organization." + good)).as(good).isNotNull();
        }
        for (String bad : List.of("b", "c", "e", "g", "h")) {
            assertThat(answer.at("organization." + bad)).as(bad).isNull();
        }
        assertThat(errors(answer))
                .containsExactlyInAnyOrder(
                        "[organization, b] BAD_USER_INPUT metrics: `[nope]` is rejected: `nope` is not defined here; see metricDefinitions.",
                        "[organization, c] BAD_USER_INPUT timeZone: `Mars/Olympus` is not an IANA time zone such as Europe/Berlin or UTC.",
                        "[organization, e] BAD_USER_INPUT metric: `nix` is not defined here; see metricDefinitions.",
                        "[organization, g] BAD_USER_INPUT model: there are no vectors of `unknown` here; see embeddingModels.",
                        "[organization, h] BAD_USER_INPUT first: 999 is not between 1 and 200.");
    }

    @Test
    void what_one_of_several_organizations_does_not_have_is_refused_to_it_alone() {
        var first = fixtures.team();
        var second = fixtures.team();
        second.join(first.owner(), "VIEWER");
        first.asOwner()
                .ask("mutation { defineMetric(input: { organization: \"" + first.id()
                        + "\", name: \"claps\", kind: COUNTER }) { definition { name } } }")
                .succeeded();
        first.asOwner()
                .ask("mutation { upsertEmbeddings(input: { organization: \"" + first.id()
                        + "\", items: [{ entityType: POST, entity: \"" + first.post("one")
                        + "\", sourceField: \"content\", model: \"acme\", vector: [1, 2] }] }) { written } }")
                .succeeded();
        for (String panel : List.of(
                METRICS.formatted("claps", ""),
                TOP.formatted("claps"),
                "similar(input: { vector: [1, 2], model: \"acme\" }) { returned }")) {
            Answer answer = first.asOwner().ask("{ organizations { nodes { slug p: " + panel + " } } }");
            List<?> nodes = answer.list("organizations.nodes");
            assertThat(nodes).as(answer.text()).hasSize(2);
            assertThat(nodes)
                    .allSatisfy(node -> assertThat(((Map<?, ?>) node).get("p") != null)
                            .isEqualTo(first.slug().equals(((Map<?, ?>) node).get("slug"))));
            assertThat(answer.errors()).hasSize(1);
        }
    }

    @Test
    void a_statement_that_fails_leaves_the_others_their_answers_under_the_same_rights() {
        var team = fixtures.team();
        team.post("one");
        var stranger = fixtures.team();
        for (Api.As caller : List.of(
                team.asOwner(),
                server.getApplicationContext().getBean(Api.class).bearer(team.apiKey("READ")))) {
            Answer answer = broken(
                    "crosses",
                    () -> caller.ask("{ viewer { user { id } } a: organization(slug: \""
                            + team.slug() + "\") { name crossPlatform(metric: \"likes\", range: "
                            + "{ from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }) { platform } "
                            + DAYS
                            + " posts { totalCount nodes { title content } } usage { posts } } b: organization(slug: \""
                            + stranger.slug() + "\") { name } organizations { nodes { slug } } }"));
            assertThat(answer.status()).isEqualTo(294);
            assertThat(answer.at("a.crossPlatform")).isNull();
            assertThat(answer.at("a.dailyStats.totals.sessions")).isEqualTo(0);
            assertThat(answer.at("a.posts.nodes.0.content")).isEqualTo("About one");
            assertThat(answer.at("a.posts.totalCount")).isEqualTo(1);
            assertThat(answer.at("a.usage.posts")).isEqualTo(1);
            assertThat(answer.at("b")).isNull();
            assertThat(answer.list("organizations.nodes")).isEqualTo(List.of(Map.of("slug", team.slug())));
            assertThat(errors(answer))
                    .singleElement()
                    .satisfies(error -> assertThat(error).startsWith("[a, crossPlatform] INTERNAL"));
        }
    }

    @Test
    void a_row_that_cannot_be_read_fails_its_own_organization_alone() {
        var good = fixtures.team();
        var bad = fixtures.team();
        bad.join(good.owner(), "VIEWER");
        good.post("fine");
        bad.post("unreadable");
        database.execute("create policy unreadable on posts_core as restrictive for select to pulsegraph_api"
                + " using (1 / (case title when 'unreadable' then 0 else 1 end) = 1)");
        try {
            Answer answer = good.asOwner()
                    .ask("{ organizations { nodes { slug posts { nodes { title } } members { nodes { role } } } } }");
            assertThat(answer.list("organizations.nodes")).hasSize(2).allSatisfy(node -> {
                Map<?, ?> organization = (Map<?, ?>) node;
                assertThat(organization.get("members")).isNotNull();
                assertThat(organization.get("posts") != null)
                        .isEqualTo(good.slug().equals(organization.get("slug")));
            });
            assertThat(answer.errors()).hasSize(1);
        } finally {
            database.execute("drop policy unreadable on posts_core");
        }
    }

    @Test
    void a_panel_that_takes_too_long_leaves_the_others_their_answers() throws SQLException {
        var team = fixtures.team();
        Instant begin = Instant.now();
        Answer answer;
        try (var other = database.asSuperuser();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table analytics_sessions in access exclusive mode");
            answer = team.asOwner()
                    .ask(of(
                            team,
                            "sessions(range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }) { nodes { id } } "
                                    + "posts { nodes { id } } a: " + METRICS.formatted("likes", "") + " " + DAYS));
        }
        assertThat(answer.at("organization.sessions")).isNull();
        assertThat(Stream.of("posts.nodes", "a.series", "dailyStats.totals")
                        .map(path -> answer.at("organization." + path)))
                .as(answer.text())
                .doesNotContainNull();
        assertThat(errors(answer))
                .singleElement()
                .satisfies(error -> assertThat(error).startsWith("[organization, sessions] TIMEOUT"));
        assertThat(Duration.between(begin, Instant.now())).isBetween(STATEMENT, Duration.ofSeconds(10));
    }

    @Test
    void a_panel_for_operators_leaves_a_viewer_the_rest() {
        var team = fixtures.team();
        Answer answer = team.asOwner().ask("{ system { version } viewer { operator } }");
        assertThat(answer.failed("FORBIDDEN").at("viewer.operator")).isEqualTo(false);
        assertThat(answer.at("system")).isNull();
    }

    @Test
    void an_id_that_is_none_leaves_the_other_nodes() {
        var team = fixtures.team();
        String post = team.post("one");
        Answer answer = team.asOwner()
                .ask(
                        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } viewer { operator } }",
                        Map.of("ids", List.of(post, "malformed", team.id())));
        assertThat(answer.at("nodes.0.id")).isEqualTo(post);
        assertThat(answer.at("nodes.1")).isNull();
        assertThat(answer.at("nodes.2.id")).isEqualTo(team.id());
        assertThat(answer.at("viewer")).isNotNull();
        assertThat(errors(answer))
                .containsExactly(
                        "[nodes, 1] BAD_USER_INPUT ids: `malformed` is not an id; use one that an `id` field answered.");
    }

    /** Asks while a table that only one panel reads is away. */
    private Answer broken(String name, Supplier<Answer> ask) {
        database.execute("alter table cross_platform_metrics rename to " + name);
        try {
            return ask.get();
        } finally {
            database.execute("alter table " + name + " rename to cross_platform_metrics");
        }
    }

    private static String of(Fixtures.Team team, String panels) {
        return "{ organization(slug: \"" + team.slug() + "\") { name " + panels + " } }";
    }

    private static List<String> errors(Answer answer) {
        return answer.errors().stream()
                .map(error -> (Map<?, ?>) error)
                .map(error -> error.get("path") + " "
                        + Objects.requireNonNull((Map<?, ?>) error.get("extensions"))
                                .get("code") + " "
                        + error.get("message"))
                .toList();
    }
}
