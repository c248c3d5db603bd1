package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.execution.CoercedVariables;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.parser.Parser;
import graphql.schema.GraphQLSchema;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fields cost before they run. */
@MicronautTest(transactional = false)
class CostsTest {
    private static final String RANGE = "range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-31T00:00:00Z\" }";

    @Inject
    GraphQLSchema schema;

    @Inject
    CostModel model;

    /** Of an organization, which is 1 itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name | 0",
                "settings | 1",
                "usage { posts } | 1",
                "invitations { email } | 10",
                "metricDefinitions { name } | 30",
                // A connection, and nodes or edges with theirs.
                "members { nodes { role } } | 51",
                "members(first: 3) { edges { node { role } } pageInfo { hasNextPage } } | 8",
                "members(last: 7) { nodes { role } } | 8",
                "posts { nodes { title } } | 21",
                "posts(first: 10) { nodes { title content } } | 21",
                "posts(first: 2) { nodes { embeddings { vector } } } | 223",
                "posts(first: 2) { nodes { latestMetrics(names: [\"a\", \"b\"]) { value platforms { value } } } } | 11",
                "posts(first: 2) { nodes { latestMetrics { value } } } | 45",
                "topPosts(metric: \"likes\", RANGE, first: 5) { value } | 15",
                "mlFeatures(entityType: POST, entity: \"x\", first: 3) { values } | 33",
                // 2 a metric, 1 for 20 numbers; the result, series, and a tenth for each point that is answered.
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: TOTAL }) { series { total } } | 5",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: DAY }) { timeZone } | 5",
                "metrics(query: { metrics: [\"a\", \"b\"], RANGE, granularity: DAY }) { series { points { value } } } | 16",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: HOUR }) { series { points { value } } } | 112",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: DAY, compareTo: PREVIOUS_PERIOD })"
                        + " { series { points { value } comparison { points { value } } } } | 14",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: TOTAL, groupBy: [ENTITY], topGroups: 9 })"
                        + " { series { total } } | 14",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: TOTAL, groupBy: [ENTITY] }) { series { total } } | 213",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: TOTAL, groupBy: [PLATFORM] }) { series { total } } | 24",
                "metrics(query: { metrics: [\"a\"], RANGE, granularity: TOTAL, groupBy: [PLATFORM], platforms: [\"x\", \"y\"] })"
                        + " { series { total } } | 6",
                "crossPlatform(metric: \"likes\", RANGE) { value days { value } } | 57",
                "dailyStats(range: { last: 30 }) { days { sessions } } | 7",
                "dailyStats(range: { last: 30 }, timeZone: \"Asia/Tokyo\") { days { sessions } } | 34",
                "dailyStats(range: { from: \"2026-01-01\", to: \"2026-01-10\" }) { hours { sessions } totals { clicks } } | 27",
                "dailyStats(range: { last: 1 }) { shareCodes(first: 4) { visitors } } | 10",
                "dailyStats(range: { last: 1 }) { clickTargets { clicks } contacts(first: 2) { clicks } } | 24",
                "similar(input: { text: \"x\", first: 5 }) { matches { score } } | 22",
                "similar(input: { text: \"x\", first: 5, mode: HYBRID }) { matches { score } } | 31",
                "similar(input: { entity: \"x\", first: 5 }) { matches { score } } | 1507",
                "posts(first: 1) { nodes { similar(first: 5) { returned } } } | 49",
            })
    void a_field_of_an_organization(String field, long cost) {
        assertThat(cost("{ organization(slug: \"x\") { " + field.replace("RANGE", RANGE) + " } }"))
                .isEqualTo(1 + cost);
    }

    /** What is refused when it is asked for costs nothing more before. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics(query: { metrics: [\"a\"], granularity: DAY, range: { from: \"2026-02-01T00:00:00Z\", to: \"2026-01-01T00:00:00Z\" } })"
                        + " { timeZone }",
                "metrics(query: { metrics: [], granularity: DAY, RANGE }) { timeZone }",
                "metrics(query: { metrics: [\"a\"], granularity: HOUR, range: { from: \"2000-02-01T00:00:00Z\", to: \"2026-01-01T00:00:00Z\" } })"
                        + " { timeZone }",
                "metrics(query: { metrics: [\"a\"], granularity: DAY, groupBy: [ENTITY], topGroups: 201, RANGE }) { timeZone }",
                "dailyStats(range: { last: 0 }) { timeZone }",
                "dailyStats(range: { from: \"2026-01-02\", to: \"2026-01-01\" }) { timeZone }",
                "dailyStats(range: { last: 3660, unit: MONTH }) { timeZone }",
                "similar(input: { text: \"x\", first: 101 }) { model }",
            })
    void bad_arguments_cost_the_least(String field) {
        assertThat(cost("{ organization(slug: \"x\") { " + field.replace("RANGE", RANGE) + " } }"))
                .isEqualTo(2);
    }

    @Test
    void mutations_cost_what_they_write() {
        String track = "mutation ($events: [TrackEventInput!]!)"
                + " { trackEvents(input: { organization: \"x\", events: $events }) { accepted %s } }";
        Map<String, Object> thousand = Map.of("events", Collections.nCopies(1000, Map.of()));
        // 10 for a mutation, 10 for a thousand items, the payload.
        assertThat(cost(track.formatted(""), thousand)).isEqualTo(21);
        assertThat(cost(track.formatted("receipts { status }"), thousand)).isEqualTo(121);
    }

    @Test
    void what_is_left_out_is_free() {
        String query = "query ($yes: Boolean!, $no: Boolean!) { organizations { nodes {"
                + " a: invitations @skip(if: $yes) { id } b: invitations @include(if: $no) { id }"
                + " ... @include(if: false) { c: invitations { id } } ...F @skip(if: true) } } }"
                + " fragment F on Organization { d: invitations { id } }";
        assertThat(cost(query, Map.of("yes", true, "no", false))).isEqualTo(21);
        assertThat(cost(query, Map.of("yes", false, "no", true))).isEqualTo(21 + 20 * 20);
    }

    @Test
    void variables_count_like_literals() {
        String query = "query ($n: Int, $query: MetricQuery!, $ids: [ID!]!) {"
                + " organization(slug: \"x\") { posts(first: $n) { nodes { id } } metrics(query: $query) { series { total } } }"
                + " nodes(ids: $ids) { id } }";
        Map<String, Object> metrics = Map.of(
                "metrics",
                List.of("a"),
                "granularity",
                "TOTAL",
                "range",
                Map.of("from", Instant.EPOCH, "to", Instant.EPOCH.plusSeconds(1)));
        List<String> ids = List.of("a", "b", "c");
        assertThat(cost(query, Map.of("n", 7, "query", metrics, "ids", ids))).isEqualTo(1 + 8 + 5 + 3);
        // 20 posts, where nothing is said.
        assertThat(cost(query, Map.of("query", metrics, "ids", ids))).isEqualTo(1 + 21 + 5 + 3);
    }

    @Test
    void fragments_in_fragments_are_counted_once_each_and_add_up() {
        StringBuilder query = new StringBuilder("{ ...F0 }");
        for (int i = 0; i < 40; i++) {
            query.append(" fragment F")
                    .append(i)
                    .append(" on Query { ...F")
                    .append(i + 1)
                    .append(" ...F")
                    .append(i + 1)
                    .append(" }");
        }
        query.append(" fragment F40 on Query { viewer { operator } }");
        assertThat(cost(query.toString())).isEqualTo(1_000_000_000_000L);
    }

    @Test
    void the_largest_parts_are_told_by_their_paths() {
        Costs costs = costs(
                "{ viewer { operator } mine: organization(slug: \"x\") { all: posts(first: 100) { nodes { embeddings { text } } }"
                        + " invitations { id } } }",
                Map.of());
        assertThat(costs.parts(10))
                .extracting(part -> part.path() + " " + part.cost())
                .containsExactly(
                        "mine.all 2101",
                        "mine.all.nodes.embeddings 2000",
                        "mine.all.nodes.embeddings.text 1000",
                        "mine.invitations 10");
    }

    private long cost(String query) {
        return cost(query, Map.of());
    }

    private long cost(String query, Map<String, Object> variables) {
        return costs(query, variables).total();
    }

    private Costs costs(String query, Map<String, Object> variables) {
        Document document = Parser.parse(query);
        return Costs.of(
                model,
                schema,
                document,
                document.getFirstDefinitionOfType(OperationDefinition.class).orElseThrow(),
                CoercedVariables.of(variables));
    }
}
