package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.metric.oracle.Answers;
import dev.pulsegraph.metric.oracle.Cell;
import dev.pulsegraph.metric.oracle.Definition;
import dev.pulsegraph.metric.oracle.Definition.Aggregation;
import dev.pulsegraph.metric.oracle.Definition.Kind;
import dev.pulsegraph.metric.oracle.Ledger;
import dev.pulsegraph.metric.oracle.Oracle;
import dev.pulsegraph.metric.oracle.Question;
import dev.pulsegraph.metric.oracle.Reading;
import dev.pulsegraph.metric.oracle.Recount;
import dev.pulsegraph.metric.oracle.SeriesKey;
import dev.pulsegraph.metric.oracle.Stored;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An organization, and a ledger of what was done to its metrics, to see whether the two say the same. */
final class MetricWorld {
    private static final Instant FAR = Instant.parse("2030-01-01T00:00:00Z");

    final Map<String, Definition> definitions = new LinkedHashMap<>();
    Ledger ledger = new Ledger();
    String timeZone;

    private final Fixtures.Team team;
    private final Superuser superuser;

    MetricWorld(Fixtures.Team team, Superuser superuser, String timeZone) {
        this.team = team;
        this.superuser = superuser;
        this.timeZone = "UTC";
        move(timeZone);
        // A job does this some time after a move; here it is the zone from the beginning.
        superuser.execute("update rollup_zones set time_zone = ? where organization_id = ?", timeZone, organization());
        Stream.of("impressions", "reach", "likes", "comments", "shares")
                .forEach(name -> know(name, Kind.COUNTER, Aggregation.SUM));
        know("followers", Kind.GAUGE, Aggregation.LAST);
        know("new_followers", Kind.DELTA, Aggregation.SUM);
        know("engagement_rate", Kind.RATIO, Aggregation.AVG);
    }

    /** One value to be written. */
    record Sample(SeriesKey series, Instant at, BigDecimal value) {

        Map<String, Object> input() {
            return Map.of(
                    "metric",
                    series.metric(),
                    "entityType",
                    series.entityType(),
                    "entity",
                    series.entity().toString(),
                    "platform",
                    series.platform(),
                    "value",
                    value.doubleValue(),
                    "recordedAt",
                    at.toString());
        }
    }

    Fixtures.Team team() {
        return team;
    }

    UUID organization() {
        return UUID.fromString(Worlds.uuid(team.id()));
    }

    private void know(String name, Kind kind, Aggregation aggregation) {
        definitions.put(name, new Definition(name, kind, aggregation));
    }

    /** Moves the organization to another time zone. */
    void move(String zone) {
        team.asOwner()
                .ask(
                        "mutation ($id: ID!, $zone: String) { updateOrganization(input: { id: $id, timeZone: $zone }) { organization { id } } }",
                        Map.of("id", team.id(), "zone", zone))
                .succeeded();
        timeZone = zone;
    }

    void define(String name, Kind kind, Aggregation aggregation) {
        team.asOwner()
                .ask(
                        "mutation ($input: DefineMetricInput!) { defineMetric(input: $input) { definition { name } } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "name",
                                        name,
                                        "kind",
                                        kind.name(),
                                        "defaultAggregation",
                                        aggregation.name())))
                .succeeded();
        know(name, kind, aggregation);
    }

    /** Writes, notes, and checks what the answer says of it. */
    void record(List<Sample> samples) {
        acknowledge(send(samples), samples);
    }

    Answer send(List<Sample> samples) {
        return team.asOwner()
                .ask(
                        "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written unchanged rejected { index code reason } } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "samples",
                                        samples.stream().map(Sample::input).toList())));
    }

    /** Notes what was written, and checks what the answer says of it. */
    void acknowledge(Answer answer, List<Sample> samples) {
        answer.succeeded();
        Map<List<Object>, Sample> last = new LinkedHashMap<>();
        List<Integer> refused = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            if (definitions.containsKey(sample.series().metric())) {
                last.put(List.of(sample.series(), sample.at()), sample);
            } else {
                refused.add(i);
            }
        }
        int written = 0;
        for (Sample sample : last.values()) {
            written += ledger.record(sample.series(), sample.at(), sample.value()) ? 1 : 0;
        }
        assertThat(answer.list("recordMetrics.rejected").stream()
                        .map(rejection -> ((Map<?, ?>) rejection).get("index"))
                        .toList())
                .as(answer.text())
                .isEqualTo(refused);
        assertThat(answer.at("recordMetrics.written")).as(answer.text()).isEqualTo(written);
        assertThat(answer.at("recordMetrics.unchanged"))
                .as(answer.text())
                .isEqualTo(samples.size() - written - refused.size());
    }

    /** Deletes; nothing named is everything. */
    Answer delete(SeriesKey of, @Nullable List<String> metrics, @Nullable List<String> platforms, List<Instant> range) {
        Map<String, Object> input = new HashMap<>(Map.of(
                "organization",
                team.id(),
                "entityType",
                of.entityType(),
                "entity",
                of.entity().toString()));
        if (metrics != null) {
            input.put("metrics", metrics);
        }
        if (platforms != null) {
            input.put("platforms", platforms);
        }
        if (!range.isEmpty()) {
            input.put(
                    "range",
                    Map.of(
                            "from",
                            range.getFirst().toString(),
                            "to",
                            range.getLast().toString()));
        }
        return team.asOwner()
                .ask(
                        "mutation ($input: DeleteMetricsInput!) { deleteMetrics(input: $input) { deleted } }",
                        Map.of("input", input));
    }

    /** Sees whether every sample is there and every tier is what a recount of the samples gives. */
    void compareTiers() {
        Stored stored = Stored.of(superuser, organization());
        assertSame(Recount.of(ledger, stored.zone()), stored.lines());
    }

    /** Where only the database knows which of several writers was last: notes what it says, if it is one of these. */
    void adopt(List<Sample> candidates) {
        Ledger found = stored();
        for (Reading reading : found.readings()) {
            BigDecimal before = ledger.valueOf(reading.series(), reading.at());
            assertThat((before != null && before.compareTo(reading.value()) == 0)
                            || candidates.stream()
                                    .anyMatch(sample -> sample.series().equals(reading.series())
                                            && sample.at().equals(reading.at())
                                            && sample.value().compareTo(reading.value()) == 0))
                    .as("somebody wrote %s", reading)
                    .isTrue();
        }
        ledger = found;
    }

    /** The samples that are really there. */
    Ledger stored() {
        return Stored.of(superuser, organization()).ledger();
    }

    private static void assertSame(SortedSet<String> expected, SortedSet<String> actual) {
        SortedSet<String> missing = new TreeSet<>(expected);
        missing.removeAll(actual);
        SortedSet<String> wrong = new TreeSet<>(actual);
        wrong.removeAll(expected);
        assertThat(missing.size() + wrong.size())
                .as(
                        "rows of tiers that differ; missing:\n%s\nfound instead:\n%s",
                        String.join("\n", missing), String.join("\n", wrong))
                .isZero();
    }

    /** Asks, and sees whether the answer is the oracle's. */
    void compare(Question question) {
        compare(
                question,
                "query ($slug: String!, $query: MetricQuery!) { organization(slug: $slug) { metrics(query: $query) "
                        + Answers.SELECTION + " } } " + Answers.FRAGMENT,
                Map.of("slug", team.slug()),
                question.input(),
                "organization.metrics");
    }

    /** The same, asked of a post. */
    void compare(Question question, String post) {
        Map<String, Object> input = question.input();
        input.remove("entityType");
        input.remove("entityIds");
        compare(
                question,
                "query ($post: ID!, $query: MetricQuery!) { node(id: $post) { ... on Post { metrics(query: $query) "
                        + Answers.SELECTION + " } } } " + Answers.FRAGMENT,
                Map.of("post", post),
                input,
                "node.metrics");
    }

    private void compare(
            Question question, String document, Map<String, String> variables, Map<String, Object> input, String path) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("query", input);
        Instant begin = Instant.now();
        Answer answer = team.asOwner().ask(document, all).succeeded();
        Instant end = Instant.now();
        Instant asOf = end;
        if (!answer.list(path + ".series").isEmpty()) {
            asOf = Instant.parse(answer.text(path + ".series.0.points.0.asOf"));
            assertThat(asOf).isBetween(begin.minusSeconds(1), end.plusSeconds(1));
        }
        List<Cell> expected = oracle(asOf).answer(question);
        assertThat(Cell.differences(expected, Answers.cells(answer, path)))
                .as("differences in the answer to %s, organization in %s", question, timeZone)
                .isEmpty();
        assertThat(answer.text(path + ".timeZone"))
                .isEqualTo(question.timeZone() == null ? timeZone : question.timeZone());
        assertThat(answer.text(path + ".granularity"))
                .isEqualTo(question.granularity().name());
    }

    /** Sees whether posts know their newest values. */
    void compareNewest(List<String> posts) {
        Answer answer = team.asOwner()
                .ask(
                        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { " + Answers.NEWEST + " } } }",
                        Map.of("ids", posts))
                .succeeded();
        for (int i = 0; i < posts.size(); i++) {
            UUID post = UUID.fromString(Worlds.uuid(posts.get(i)));
            assertThat(Cell.differences(oracle(FAR).newest(post), Answers.newest(answer, "nodes." + i)))
                    .as("newest values of post %d", i)
                    .isEmpty();
        }
    }

    /** Sees whether the posts with most of a metric are those. */
    void compareTop(String metric, @Nullable String platform, Instant from, Instant to, int first) {
        Map<String, Object> variables = new HashMap<>(Map.of(
                "slug",
                team.slug(),
                "metric",
                metric,
                "range",
                Map.of("from", from.toString(), "to", to.toString()),
                "first",
                first));
        if (platform != null) {
            variables.put("platform", platform);
        }
        Answer answer = team.asOwner().ask("""
                        query ($slug: String!, $metric: String!, $range: TimeRange!, $platform: String, $first: Int) {
                          organization(slug: $slug) {
                            topPosts(metric: $metric, range: $range, platform: $platform, first: $first) { rank value post { id } }
                          }
                        }""", variables).succeeded();
        Map<UUID, Double> values = oracle(FAR).byPost(metric, platform, from, to);
        List<Cell> expected = values.values().stream()
                .sorted(Comparator.reverseOrder())
                .limit(first)
                .map(value -> new Cell("value", value))
                .toList();
        List<Cell> actual = new ArrayList<>();
        for (Object element : answer.list("organization.topPosts")) {
            Map<?, ?> ranked = (Map<?, ?>) element;
            actual.add(new Cell("value", Answers.number(ranked.get("value"))));
            assertThat(ranked.get("rank")).isEqualTo(actual.size());
            String post = String.valueOf(((Map<?, ?>) Objects.requireNonNull(ranked.get("post"))).get("id"));
            assertThat(Cell.differences(
                            List.of(new Cell("value", values.get(UUID.fromString(Worlds.uuid(post))))),
                            List.of(actual.getLast())))
                    .isEmpty();
        }
        assertThat(Cell.differences(expected, actual))
                .as("top posts by %s", metric)
                .isEmpty();
    }

    private Oracle oracle(Instant asOf) {
        return new Oracle(ledger, definitions, ZoneId.of(timeZone), asOf);
    }
}
