package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever is written or asked of metrics, the answer says what was wrong with it, soon and by its name. */
@MicronautTest(transactional = false)
class MetricHostileTest {
    private static final String RECORD =
            "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written unchanged rejected { index code reason } } }";
    private static final String DELETE =
            "mutation ($input: DeleteMetricsInput!) { deleteMetrics(input: $input) { deleted } }";
    private static final String DEFINE =
            "mutation ($input: DefineMetricInput!) { defineMetric(input: $input) { definition { name } } }";
    private static final String METRICS =
            "query ($slug: String!, $query: MetricQuery!) { organization(slug: $slug) { metrics(query: $query) { series { metric platform"
                    + " entityId other total points { at value samples } comparison { total change points { value } } } } } }";
    private static final String SOMEBODY = "00000000-0000-4000-8000-000000000001";
    private static final List<String> INSIDE = List.of(
            "java.", "dev.pulsegraph", "org.postgresql", "graphql.", "Exception", "select ", "SQL", "series_id");

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private Fixtures.@Nullable Team team;
    private String post = "";

    @BeforeEach
    void somebodyWithAPost() {
        team = fixtures.team();
        post = team.post("One");
    }

    @TestFactory
    Stream<DynamicTest> samples_that_are_rejected() {
        var foreign = fixtures.team();
        String foreignPost = foreign.post("Theirs");
        String foreignMember = GlobalId.encode("User", dev.pulsegraph.demo.Demo.idOf(foreign.owner()));
        return Stream.of(
                rejected("a metric nobody defined", "UNKNOWN_METRIC", "metric", "unheard_of"),
                rejected("a metric in capitals", "UNKNOWN_METRIC", "metric", "LIKES"),
                rejected("a metric with a space", "UNKNOWN_METRIC", "metric", "li kes"),
                rejected("no metric at all", "UNKNOWN_METRIC", "metric", ""),
                rejected("a metric with NUL", "UNKNOWN_METRIC", "metric", "likes\u0000"),
                rejected("a metric of 10 kB", "UNKNOWN_METRIC", "metric", "x".repeat(10_000)),
                rejected("a metric of SQL", "UNKNOWN_METRIC", "metric", "likes'; drop table metric_series; --"),
                rejected("1e308", "BAD_VALUE", "value", 1e308),
                rejected("-1e308", "BAD_VALUE", "value", -1e308),
                rejected("more than 10^18", "BAD_VALUE", "value", 1.0000001e18),
                rejected("a counter below 0", "BAD_VALUE", "value", -1),
                rejected("a counter just below 0", "BAD_VALUE", "value", -1e-12),
                rejected("the year 1", "BAD_TIME", "recordedAt", "0001-01-01T00:00:00Z"),
                rejected("the year 1999", "BAD_TIME", "recordedAt", "1999-12-31T23:59:59.999999Z"),
                rejected(
                        "the year 2000 only by the local clock", "BAD_TIME", "recordedAt", "2000-01-01T00:00:00+00:01"),
                rejected("the year 9999", "BAD_TIME", "recordedAt", "9999-12-31T23:59:59.999999Z"),
                rejected(
                        "the day after tomorrow",
                        "BAD_TIME",
                        "recordedAt",
                        java.time.Instant.now().plus(Duration.ofHours(25)).toString()),
                rejected("no platform at all", "BAD_PLATFORM", "platform", ""),
                rejected("a platform with a space", "BAD_PLATFORM", "platform", "insta gram"),
                rejected("a platform with NUL", "BAD_PLATFORM", "platform", "insta\u0000"),
                rejected("a platform with a line break", "BAD_PLATFORM", "platform", "instagram\n"),
                rejected("a platform with a tab", "BAD_PLATFORM", "platform", "a\tb"),
                rejected("a platform with a backslash", "BAD_PLATFORM", "platform", "a\\N"),
                rejected("a platform of COPY's end", "BAD_PLATFORM", "platform", "\\."),
                rejected("a platform of COPY's null", "BAD_PLATFORM", "platform", "\\N"),
                rejected("a platform with a quote", "BAD_PLATFORM", "platform", "a'b\"c"),
                rejected("a platform of letters beyond ASCII", "BAD_PLATFORM", "platform", "ıñstagram"),
                rejected("a platform of a lone surrogate", "BAD_PLATFORM", "platform", "\ud83d"),
                rejected("a platform of 51 letters", "BAD_PLATFORM", "platform", "x".repeat(51)),
                rejected("metadata that is a list", "BAD_METADATA", "metadata", List.of(1)),
                rejected("metadata that is a number", "BAD_METADATA", "metadata", 1),
                rejected("metadata that is a text", "BAD_METADATA", "metadata", "text"),
                rejected("metadata of 9 kB", "BAD_METADATA", "metadata", Map.of("a", "x".repeat(9_000))),
                rejected("metadata of 1 MB", "BAD_METADATA", "metadata", Map.of("a", "x".repeat(1_000_000))),
                rejected("metadata with NUL", "BAD_METADATA", "metadata", Map.of("a", "x\u0000")),
                rejected("metadata with a NUL in a name", "BAD_METADATA", "metadata", Map.of("\u0000", 1)),
                rejected("metadata with a lone surrogate", "BAD_METADATA", "metadata", Map.of("a", "\ud83d")),
                rejected("no id", "UNKNOWN_ENTITY", "entity", ""),
                rejected("an id of nonsense", "UNKNOWN_ENTITY", "entity", "nonsense"),
                rejected("half a UUID", "UNKNOWN_ENTITY", "entity", "00000000-0000-4000-8000"),
                rejected("a UUID of short parts", "UNKNOWN_ENTITY", "entity", "1-1-1-1-1"),
                rejected("a UUID in braces", "UNKNOWN_ENTITY", "entity", "{" + SOMEBODY + "}"),
                rejected("an id with NUL", "UNKNOWN_ENTITY", "entity", "\u0000"),
                rejected("an id of 100 kB", "UNKNOWN_ENTITY", "entity", "x".repeat(100_000)),
                rejected("an organization as an account", "UNKNOWN_ENTITY", "entity", team().id()),
                rejected("a post as an account", "UNKNOWN_ENTITY", "entity", post),
                rejectedOf("POST", "a post that is not there", SOMEBODY),
                rejectedOf("POST", "somebody else's post", foreignPost),
                rejectedOf("POST", "somebody else's post by its UUID", Worlds.uuid(foreignPost)),
                rejectedOf("POST", "the organization as a post", team().id()),
                rejectedOf("USER", "a post as a user", post),
                rejectedOf("USER", "a user who is not there", SOMEBODY),
                rejectedOf("USER", "a member of another organization", foreignMember));
    }

    private DynamicTest rejectedOf(String entityType, String name, String entity) {
        return DynamicTest.dynamicTest(name, () -> {
            Map<String, Object> sample = sample();
            sample.put("entityType", entityType);
            sample.put("entity", entity);
            reject(sample, "UNKNOWN_ENTITY", "entity");
        });
    }

    private DynamicTest rejected(String name, String code, String field, Object value) {
        return DynamicTest.dynamicTest(name, () -> {
            Map<String, Object> sample = sample();
            sample.put(field, value);
            reject(sample, code, field);
        });
    }

    /** The bad one is named, and the good ones around it go in. */
    private void reject(Map<String, Object> bad, String code, String field) {
        Map<String, Object> before = sample();
        Map<String, Object> after = sample();
        String fresh = UUID.randomUUID().toString();
        before.put("entity", fresh);
        after.put("entity", fresh);
        after.put("recordedAt", "2026-02-01T00:00:00Z");
        Answer answer = record(List.of(before, bad, after)).succeeded();
        assertThat(answer.list("recordMetrics.rejected")).as(start(answer)).hasSize(1);
        assertThat(answer.at("recordMetrics.written")).isEqualTo(2);
        assertThat(answer.at("recordMetrics.unchanged")).isEqualTo(0);
        assertThat(answer.at("recordMetrics.rejected.0.index")).isEqualTo(1);
        assertThat(answer.text("recordMetrics.rejected.0.code"))
                .as(start(answer))
                .isEqualTo(code);
        assertThat(answer.text("recordMetrics.rejected.0.reason"))
                .startsWith(field + ": ")
                .hasSizeLessThan(500);
        assertThat(answer.text()).doesNotContain(INSIDE);
    }

    @Test
    void values_at_the_bounds_go_in_and_come_out() {
        List<Map<String, Object>> samples = Stream.of(
                        9.0e17, 0.0, -0.0, 1e-12, 4.9e-324, 0.1, 123456789.125, 12345.6789012)
                .map(value -> {
                    Map<String, Object> sample = sample();
                    sample.put("value", value);
                    return sample;
                })
                .toList();
        for (int i = 0; i < samples.size(); i++) {
            samples.get(i).put("recordedAt", "2026-01-0" + (i + 1) + "T00:00:00Z");
        }
        Answer answer = record(samples).succeeded();
        assertThat(answer.list("recordMetrics.rejected")).as(answer.text()).isEmpty();
        Answer largest = team().asOwner()
                .ask(METRICS, Map.of("slug", team().slug(), "query", with("aggregation", "MAX")))
                .succeeded();
        assertThat(((Number) Objects.requireNonNull(largest.at("organization.metrics.series.0.total"))).doubleValue())
                .isEqualTo(9.0e17);
    }

    /** What no JSON can say is tried as text, as literal and as a number that overflows. */
    @TestFactory
    Stream<DynamicTest> numbers_that_are_none() {
        return Stream.of(
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "1e400",
                        "-1e400",
                        "0x10",
                        "1_000",
                        "\"NaN\"",
                        "\"Infinity\"",
                        "\"1\"",
                        "true",
                        "[]",
                        "{}",
                        "null")
                .flatMap(value -> Stream.of(
                        refusedBody(
                                "the variable " + value,
                                body(
                                        RECORD,
                                        "{\"input\": {\"organization\": \"" + team().id()
                                                + "\", \"samples\": [{\"metric\": \"likes\", \"entityType\": \"ACCOUNT\", \"entity\": \""
                                                + SOMEBODY + "\", \"recordedAt\": \"2026-01-01T00:00:00Z\", \"value\": "
                                                + value + "}]}}")),
                        refusedBody(
                                "the literal " + value,
                                body(
                                        "mutation { recordMetrics(input: { organization: \"" + team().id()
                                                + "\", samples: [{ metric: \"likes\", entityType: ACCOUNT, entity: \""
                                                + SOMEBODY
                                                + "\", recordedAt: \"2026-01-01T00:00:00Z\", value: " + value
                                                + " }] }) { rejected { code } } }",
                                        "{}"))));
    }

    /** Refused as a whole or rejected by its sample, but never written and never a failure of ours. */
    private DynamicTest refusedBody(String name, String body) {
        return DynamicTest.dynamicTest(name, () -> {
            Answer answer = soon(team().asOwner().post(body));
            if (answer.errors().isEmpty()) {
                assertThat(answer.text("recordMetrics.rejected.0.code"))
                        .as(answer.text())
                        .isEqualTo("BAD_VALUE");
            } else {
                assertThat(answer.code()).as(answer.text()).isEqualTo("BAD_USER_INPUT");
            }
            assertThat(superuser.number(
                            "select count(*) from metric_readings where organization_id = ?",
                            UUID.fromString(Worlds.uuid(team().id()))))
                    .isZero();
        });
    }

    @TestFactory
    Stream<DynamicTest> calls_that_are_refused() {
        var foreign = fixtures.team();
        List<Map<String, Object>> one = List.of(sample());
        return Stream.of(
                refused(
                        "10,001 samples",
                        RECORD,
                        Map.of("organization", team().id(), "samples", Collections.nCopies(10_001, sample())),
                        "BAD_USER_INPUT|LIMIT_EXCEEDED",
                        "samples"),
                refused(
                        "samples of another organization",
                        RECORD,
                        Map.of("organization", foreign.id(), "samples", one),
                        "NOT_FOUND",
                        "organization"),
                refused(
                        "samples of a post",
                        RECORD,
                        Map.of("organization", post, "samples", one),
                        "BAD_USER_INPUT|NOT_FOUND",
                        "organization"),
                refused(
                        "samples of nonsense",
                        RECORD,
                        Map.of("organization", "nonsense", "samples", one),
                        "BAD_USER_INPUT|NOT_FOUND",
                        "organization"),
                refused(
                        "deletion in another organization",
                        DELETE,
                        Map.of("organization", foreign.id(), "entityType", "ACCOUNT", "entity", SOMEBODY),
                        "NOT_FOUND",
                        "organization"),
                refused(
                        "deletion of nonsense",
                        DELETE,
                        Map.of("organization", team().id(), "entityType", "ACCOUNT", "entity", "nonsense"),
                        "BAD_USER_INPUT|NOT_FOUND",
                        "entity"),
                refused(
                        "deletion of a post as a user",
                        DELETE,
                        Map.of("organization", team().id(), "entityType", "USER", "entity", post),
                        "BAD_USER_INPUT|NOT_FOUND",
                        "entity"),
                refused(
                        "deletion backward in time",
                        DELETE,
                        Map.of(
                                "organization",
                                team().id(),
                                "entityType",
                                "ACCOUNT",
                                "entity",
                                SOMEBODY,
                                "range",
                                range("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z")),
                        "BAD_USER_INPUT",
                        "range"),
                refused(
                        "a definition without a name",
                        DEFINE,
                        Map.of("organization", team().id(), "name", "", "kind", "GAUGE"),
                        "BAD_USER_INPUT",
                        "name"),
                refused(
                        "a definition with NUL",
                        DEFINE,
                        Map.of("organization", team().id(), "name", "a\u0000", "kind", "GAUGE"),
                        "BAD_USER_INPUT",
                        "name"),
                refused(
                        "a definition of 101 letters",
                        DEFINE,
                        Map.of("organization", team().id(), "name", "x".repeat(101), "kind", "GAUGE"),
                        "BAD_USER_INPUT",
                        "name"),
                refused(
                        "a unit of 51 letters",
                        DEFINE,
                        Map.of("organization", team().id(), "name", "x", "kind", "GAUGE", "unit", "x".repeat(51)),
                        "BAD_USER_INPUT",
                        "unit"),
                refused(
                        "a unit of NUL",
                        DEFINE,
                        Map.of("organization", team().id(), "name", "x", "kind", "GAUGE", "unit", "\u0000"),
                        "BAD_USER_INPUT",
                        "unit"),
                refused(
                        "a description of 501 letters",
                        DEFINE,
                        Map.of(
                                "organization",
                                team().id(),
                                "name",
                                "x",
                                "kind",
                                "GAUGE",
                                "description",
                                "x".repeat(501)),
                        "BAD_USER_INPUT",
                        "description"),
                refused(
                        "a definition in another organization",
                        DEFINE,
                        Map.of("organization", foreign.id(), "name", "x", "kind", "GAUGE"),
                        "NOT_FOUND",
                        "organization"));
    }

    @TestFactory
    Stream<DynamicTest> questions_that_are_refused() {
        String foreignPost = fixtures.team().post("Theirs");
        return Stream.of(
                        question(
                                "a metric nobody defined",
                                "BAD_USER_INPUT|NOT_FOUND",
                                "metrics",
                                with("metrics", List.of("unheard_of"))),
                        question(
                                "a metric of SQL",
                                "BAD_USER_INPUT|NOT_FOUND",
                                "metrics",
                                with("metrics", List.of("likes' or 1=1 --"))),
                        question(
                                "a metric with NUL",
                                "BAD_USER_INPUT|NOT_FOUND",
                                "metrics",
                                with("metrics", List.of("\u0000"))),
                        question("no metrics", "BAD_USER_INPUT", "metrics", with("metrics", List.of())),
                        question(
                                "21 metrics",
                                "BAD_USER_INPUT|LIMIT_EXCEEDED",
                                "metrics",
                                with(
                                        "metrics",
                                        IntStream.range(0, 21)
                                                .mapToObj(i -> "m" + i)
                                                .toList())),
                        question(
                                "10,000 metrics",
                                "BAD_USER_INPUT|LIMIT_EXCEEDED",
                                "metrics",
                                with(
                                        "metrics",
                                        IntStream.range(0, 10_000)
                                                .mapToObj(i -> "m" + i)
                                                .toList())),
                        question(
                                "1,001 entities",
                                "BAD_USER_INPUT|LIMIT_EXCEEDED",
                                "entityIds",
                                with(
                                        "entityType",
                                        "ACCOUNT",
                                        "entityIds",
                                        IntStream.range(0, 1_001)
                                                .mapToObj(i -> new UUID(0, i).toString())
                                                .toList())),
                        question(
                                "an entity of nonsense",
                                "BAD_USER_INPUT|NOT_FOUND",
                                "entityIds",
                                with("entityType", "ACCOUNT", "entityIds", List.of("nonsense"))),
                        question(
                                "an entity with NUL",
                                "BAD_USER_INPUT|NOT_FOUND",
                                "entityIds",
                                with("entityType", "ACCOUNT", "entityIds", List.of("\u0000"))),
                        question(
                                "an entity of another kind",
                                "BAD_USER_INPUT|NOT_FOUND",
                                "entityIds|entityType",
                                with("entityType", "USER", "entityIds", List.of(post))),
                        question(
                                "a UUID of no kind",
                                "BAD_USER_INPUT",
                                "entityIds|entityType",
                                with("entityIds", List.of(SOMEBODY))),
                        question(
                                "from after to",
                                "BAD_USER_INPUT",
                                "range|from|to",
                                with("range", range("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"))),
                        question(
                                "from at to",
                                "BAD_USER_INPUT",
                                "range|from|to",
                                with("range", range("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"))),
                        question(
                                "the years 1 to 9999 by hours",
                                "LIMIT_EXCEEDED|BAD_USER_INPUT",
                                "range|granularity",
                                with(
                                        "range",
                                        range("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"),
                                        "granularity",
                                        "HOUR")),
                        question(
                                "the years 1 to 9999 by days",
                                "LIMIT_EXCEEDED|BAD_USER_INPUT",
                                "range|granularity",
                                with(
                                        "range",
                                        range("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"),
                                        "granularity",
                                        "DAY")),
                        question(
                                "the years 1 to 9999 by years",
                                "LIMIT_EXCEEDED|BAD_USER_INPUT",
                                "range|granularity",
                                with(
                                        "range",
                                        range("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"),
                                        "granularity",
                                        "YEAR")),
                        question(
                                "5,001 hours",
                                "LIMIT_EXCEEDED",
                                "range|granularity",
                                with(
                                        "range",
                                        range("2025-01-01T00:00:00Z", "2025-07-28T09:00:00Z"),
                                        "granularity",
                                        "HOUR")),
                        question(
                                "a zone of nowhere",
                                "BAD_USER_INPUT",
                                "timeZone",
                                with("timeZone", "Mars/Olympus_Mons")),
                        question("a zone of no name", "BAD_USER_INPUT", "timeZone", with("timeZone", "")),
                        question(
                                "a zone of a path", "BAD_USER_INPUT", "timeZone", with("timeZone", "../../etc/passwd")),
                        question("a zone with NUL", "BAD_USER_INPUT", "timeZone", with("timeZone", "UTC\u0000")),
                        question("a zone of 10 kB", "BAD_USER_INPUT", "timeZone", with("timeZone", "x".repeat(10_000))),
                        question("an offset of seconds", "BAD_USER_INPUT", "timeZone", with("timeZone", "+01:00:01")),
                        question("an offset beyond a day", "BAD_USER_INPUT", "timeZone", with("timeZone", "+25:00")),
                        question(
                                "a zone as POSIX has it",
                                "BAD_USER_INPUT",
                                "timeZone",
                                with("timeZone", "EST5EDT4,M3.2.0,M11.1.0")),
                        question(
                                "a platform in capitals",
                                "-|BAD_USER_INPUT",
                                "platforms",
                                with("platforms", List.of("Instagram"))),
                        question(
                                "a platform with NUL",
                                "BAD_USER_INPUT",
                                "platforms",
                                with("platforms", List.of("\u0000"))),
                        question(
                                "a platform of 10 kB",
                                "-|BAD_USER_INPUT",
                                "platforms",
                                with("platforms", List.of("x".repeat(10_000)))),
                        question(
                                "no groups",
                                "BAD_USER_INPUT",
                                "topGroups",
                                with("groupBy", List.of("PLATFORM"), "topGroups", 0)),
                        question(
                                "fewer than no groups",
                                "BAD_USER_INPUT",
                                "topGroups",
                                with("groupBy", List.of("PLATFORM"), "topGroups", -1)),
                        question(
                                "201 top groups",
                                "BAD_USER_INPUT|LIMIT_EXCEEDED",
                                "topGroups",
                                with("groupBy", List.of("PLATFORM"), "topGroups", 201)),
                        question(
                                "a granularity of nonsense",
                                "BAD_USER_INPUT",
                                "granularity|query",
                                with("granularity", "FORTNIGHT")),
                        question(
                                "an aggregation of nonsense",
                                "BAD_USER_INPUT",
                                "aggregation|query",
                                with("aggregation", "MEDIAN")),
                        question(
                                "somebody else's post",
                                "BAD_USER_INPUT|NOT_FOUND|-",
                                "entityIds",
                                with("entityIds", List.of(foreignPost))),
                        question(
                                "explain by somebody who is no operator",
                                "FORBIDDEN",
                                "explain",
                                with("explain", true)))
                .flatMap(test -> test);
    }

    /** Odd, but with an answer. */
    @TestFactory
    Stream<DynamicTest> questions_that_are_answered() {
        return Stream.of(
                        question(
                                "5,000 hours",
                                "-",
                                "",
                                with(
                                        "range",
                                        range("2025-01-01T00:00:00Z", "2025-07-28T08:00:00Z"),
                                        "granularity",
                                        "HOUR")),
                        question(
                                "the year 1",
                                "-|BAD_USER_INPUT",
                                "range|compareTo",
                                with(
                                        "range",
                                        range("0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"),
                                        "granularity",
                                        "MONTH",
                                        "compareTo",
                                        "PREVIOUS_YEAR")),
                        question(
                                "the year 9999",
                                "-",
                                "",
                                with(
                                        "range",
                                        range("9998-12-31T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
                                        "granularity",
                                        "MONTH",
                                        "compareTo",
                                        "PREVIOUS_PERIOD")),
                        question(
                                "all the years at once",
                                "-|BAD_USER_INPUT",
                                "range|compareTo",
                                with(
                                        "range",
                                        range("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
                                        "compareTo",
                                        "PREVIOUS_PERIOD")),
                        question(
                                "all the years at once, a year before",
                                "-|BAD_USER_INPUT",
                                "range|compareTo",
                                with(
                                        "range",
                                        range("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
                                        "compareTo",
                                        "PREVIOUS_YEAR")),
                        question(
                                "a zone of seconds, before there were zones",
                                "-",
                                "",
                                with(
                                        "range",
                                        range("1800-01-01T00:00:00Z", "1800-03-01T00:00:00Z"),
                                        "granularity",
                                        "DAY",
                                        "timeZone",
                                        "Europe/Berlin")),
                        question(
                                "a microsecond",
                                "-",
                                "",
                                with(
                                        "range",
                                        range("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z"),
                                        "granularity",
                                        "HOUR",
                                        "compareTo",
                                        "PREVIOUS_PERIOD")),
                        question(
                                "all fills and groups of nothing",
                                "-",
                                "",
                                with(
                                        "groupBy",
                                        List.of("PLATFORM", "ENTITY"),
                                        "topGroups",
                                        1,
                                        "fill",
                                        "PREVIOUS",
                                        "compareTo",
                                        "PREVIOUS_YEAR")),
                        question(
                                "the same group twice",
                                "-|BAD_USER_INPUT",
                                "groupBy",
                                with("groupBy", List.of("PLATFORM", "PLATFORM"))),
                        question(
                                "the same metric twice",
                                "-|BAD_USER_INPUT",
                                "metrics",
                                with("metrics", List.of("likes", "likes"))),
                        question(
                                "empty lists",
                                "-|BAD_USER_INPUT",
                                "entityIds|platforms|groupBy",
                                with("entityIds", List.of(), "platforms", List.of(), "groupBy", List.of())))
                .flatMap(test -> test);
    }

    @Test
    void two_hundred_and_one_groups_are_refused_and_topGroups_helps() {
        List<Map<String, Object>> samples = IntStream.range(0, 201)
                .mapToObj(i -> {
                    Map<String, Object> sample = sample();
                    sample.put("entity", new UUID(7, i).toString());
                    sample.put("value", i);
                    return sample;
                })
                .toList();
        record(samples).succeeded();
        Answer refused = ask(with("groupBy", List.of("ENTITY")));
        assertThat(refused.failed("LIMIT_EXCEEDED").message()).contains("200", "topGroups");
        Answer answer =
                ask(with("groupBy", List.of("ENTITY"), "topGroups", 200)).succeeded();
        assertThat(answer.list("organization.metrics.series")).hasSize(201);
        assertThat(answer.at("organization.metrics.series.200.other")).isEqualTo(true);
        assertThat(ask(with("groupBy", List.of("ENTITY"), "entityType", "CAMPAIGN"))
                        .succeeded()
                        .list("organization.metrics.series"))
                .isEmpty();
    }

    /** Half a million takes minutes to plant; -Dmetric.entities=500000 does. */
    @Test
    void many_entities_are_ranked_soon() {
        int entities = Integer.getInteger("metric.entities", 20_000);
        UUID organization = UUID.fromString(Worlds.uuid(team().id()));
        record(List.of(sample())).succeeded();
        superuser.execute(
                "insert into metric_series (organization_id, entity_type, entity_id, metric, platform)"
                        + " select ?, 'account', ('00000000-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, 'likes', 'all' from generate_series(1, ?) n",
                organization,
                entities);
        superuser.execute(
                "insert into metric_readings (organization_id, series_id, recorded_at, metric_value)"
                        + " select s.organization_id, s.id, '2026-01-15T12:00:00Z', right(s.entity_id::text, 12)::numeric from metric_series s"
                        + " where s.organization_id = ? and s.last_at is null",
                organization);
        superuser.execute("analyze metric_series, metric_rollups, metric_totals");
        Answer answer = soon(ask(with(
                        "groupBy",
                        List.of("ENTITY"),
                        "topGroups",
                        3,
                        "granularity",
                        "DAY",
                        "compareTo",
                        "PREVIOUS_PERIOD"))
                .succeeded());
        assertThat(answer.list("organization.metrics.series")).hasSize(4);
        for (int i = 0; i < 3; i++) {
            assertThat(number(answer, "organization.metrics.series." + i + ".total"))
                    .isEqualTo(entities - i);
        }
        assertThat(number(answer, "organization.metrics.series.3.total"))
                .isEqualTo((double) (entities - 3) * (entities - 2) / 2 + 1);
        assertThat(ask(with("groupBy", List.of("ENTITY")))
                        .failed("LIMIT_EXCEEDED")
                        .message())
                .contains("200");
        assertThat(number(ask(with()).succeeded(), "organization.metrics.series.0.total"))
                .isEqualTo((double) entities * (entities + 1) / 2 + 1);
    }

    private static double number(Answer answer, String path) {
        return ((Number) Objects.requireNonNull(answer.at(path))).doubleValue();
    }

    /** Asked of the organization and of its post. */
    private Stream<DynamicTest> question(String name, String codes, String arguments, Map<String, Object> query) {
        DynamicTest ofAll = DynamicTest.dynamicTest(name, () -> judge(soon(ask(query)), codes, arguments));
        boolean namesEntities = query.containsKey("entityIds") || query.containsKey("entityType");
        return namesEntities
                ? Stream.of(ofAll)
                : Stream.of(ofAll, DynamicTest.dynamicTest(name + ", of a post", () -> {
                    String document = METRICS.replace("$slug: String!", "$id: ID!")
                                    .replace("organization(slug: $slug)", "node(id: $id)")
                                    .replace("{ metrics(", "{ ... on Post { metrics(")
                            + " }";
                    judge(soon(team().asOwner().ask(document, Map.of("id", post, "query", query))), codes, arguments);
                }));
    }

    private DynamicTest refused(
            String name, String document, Map<String, Object> input, String codes, String arguments) {
        return DynamicTest.dynamicTest(
                name, () -> judge(soon(team().asOwner().ask(document, Map.of("input", input))), codes, arguments));
    }

    /** @param codes what is allowed, between bars; a hyphen for an answer */
    private static void judge(Answer answer, String codes, String arguments) {
        String code = answer.code();
        assertThat(code == null ? "-" : code).as(start(answer)).isIn(Arrays.asList((Object[]) codes.split("\\|")));
        if (code != null) {
            assertThat(answer.message()).as(start(answer)).isNotBlank().hasSizeLessThan(600);
            if (!code.equals("NOT_FOUND") && !code.equals("FORBIDDEN")) {
                assertThat(answer.argument()).as(start(answer)).isIn(Arrays.asList((Object[]) arguments.split("\\|")));
            }
        }
    }

    /** Without a word of the inside, and within a deadline that a slow machine meets too. */
    private static Answer soon(Answer answer) {
        assertThat(answer.text()).doesNotContain("INTERNAL").doesNotContain(INSIDE);
        return answer;
    }

    private Answer record(List<Map<String, Object>> samples) {
        return soon(
                team().asOwner().ask(RECORD, Map.of("input", Map.of("organization", team().id(), "samples", samples))));
    }

    private Answer ask(Map<String, Object> query) {
        return team().asOwner().ask(METRICS, Map.of("slug", team().slug(), "query", query));
    }

    private static Map<String, Object> sample() {
        return new HashMap<>(Map.of(
                "metric", "likes",
                "entityType", "ACCOUNT",
                "entity", SOMEBODY,
                "value", 1,
                "recordedAt", "2026-01-01T00:00:00Z"));
    }

    private static Map<String, Object> range(String from, String to) {
        return Map.of("from", from, "to", to);
    }

    /** A good question, but for these. */
    private static Map<String, Object> with(Object... namesAndValues) {
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("metrics", List.of("likes"));
        query.put("range", range("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
        query.put("granularity", "TOTAL");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            query.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return query;
    }

    private static String body(String query, String variables) {
        return "{\"query\": \"" + query.replace("\"", "\\\"") + "\", \"variables\": " + variables + "}";
    }

    private static String start(Answer answer) {
        return answer.text().substring(0, Math.min(2_000, answer.text().length()));
    }

    private Fixtures.Team team() {
        return Objects.requireNonNull(team);
    }
}
