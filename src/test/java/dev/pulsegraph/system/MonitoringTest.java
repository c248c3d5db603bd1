package dev.pulsegraph.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.job.JobRunner;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the board and the alerts in ops/ ask for is what a server that has had something to do tells Prometheus. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitoringTest {
    private static final Pattern METRIC = Pattern.compile("\\b[a-z]+(_[a-z0-9]+)+\\b");
    private static final Pattern SELECTED = Pattern.compile("\\b([a-z_]+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*[=!]~?");
    private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");
    /** Of PromQL, not of a server. */
    private static final Set<String> FUNCTIONS = Set.of("histogram_quantile", "min_over_time", "label_values");
    /** What Prometheus says of whom it asks. */
    private static final Set<String> TARGET = Set.of("job", "instance");

    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer server = database.serve(Map.of(
            "pulsegraph.embedding.endpoints.main.url",
            "http://127.0.0.1:1/v1",
            "pulsegraph.embedding.endpoints.main.model",
            "far-away",
            "pulsegraph.embedding.endpoints.main.dimensions",
            4));
    private List<String> scrape = List.of();

    @BeforeAll
    void have_something_to_do() {
        Api api = server.getApplicationContext().getBean(Api.class);
        var somebody = api.as("owner@monitored.example");
        String id = somebody.ask(
                        "mutation { createOrganization(input: { name: \"M\", slug: \"monitored\" }) { organization { id } } }")
                .succeeded()
                .text("createOrganization.organization.id");
        somebody.ask("{ node(id: \"nonsense\") { id } }").failed("BAD_USER_INPUT");
        String secret = somebody.ask("mutation { createApiKey(input: { organization: \"" + id
                        + "\", name: \"k\", scopes: [INGEST] }) { secret } }")
                .succeeded()
                .text("createApiKey.secret");
        for (String key : List.of(secret, "pgk_nobody")) {
            api.send(api.bearer(key)
                    .request("/v1/track")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"event\": \"E\", \"anonymousId\": \"a\"}"))
                    .build());
        }
        server.getApplicationContext().getBean(JobRunner.class).run("jobs.prune");
        scrape = api.send(api.bearer(null).request("/prometheus").build())
                .text()
                .lines()
                .toList();
    }

    @AfterAll
    void close() {
        server.close();
        database.close();
    }

    @Test
    void every_metric_of_the_board_exists_with_the_labels_it_is_asked_by() throws IOException {
        List<String> expressions = new ArrayList<>();
        collect(
                Objects.requireNonNull(JsonMapper.createDefault()
                        .readValue(Files.readString(Path.of("ops/grafana/pulsegraph.json")), Object.class)),
                expressions);
        assertThat(expressions).hasSizeGreaterThan(20);
        assertThat(missing(expressions)).isEmpty();
    }

    @Test
    void every_metric_of_the_alerts_exists_with_the_labels_it_is_asked_by() throws IOException {
        List<String> expressions = Pattern.compile("(?m)^ {8}expr: (?:>-\\n((?: {10}.*\\n)+)|(.*)\\n)")
                .matcher(Files.readString(Path.of("ops/prometheus/alerts.yml")))
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .toList();
        assertThat(expressions).hasSizeGreaterThanOrEqualTo(12);
        assertThat(missing(expressions)).isEmpty();
    }

    @Test
    void a_metric_that_does_not_exist_would_be_found() {
        assertThat(missing(List.of(
                        "sum by (no_label) (rate(no_metric_total{job=\"x\"}[5m]))",
                        "gql_error_total{gql_nothing=~\"x\"}")))
                .containsExactlyInAnyOrder("no_metric_total", "no_label", "gql_error_total{gql_nothing}");
    }

    @Test
    void operations_requests_and_commits_are_histograms() {
        for (String histogram :
                List.of("gql_query_seconds", "http_server_requests_seconds", "pulsegraph_ingest_commit_seconds")) {
            assertThat(scrape)
                    .filteredOn(line -> line.startsWith(histogram + "_bucket{"))
                    .as(histogram)
                    .anyMatch(line -> line.contains("le=\"0.005\""))
                    .anyMatch(line -> line.contains("le=\"0.1\""))
                    .anyMatch(line -> line.contains("le=\"10.0\""))
                    .anyMatch(line -> line.contains("le=\"+Inf\""));
        }
    }

    @Test
    void names_follow_the_convention_of_prometheus() {
        assertThat(scrape)
                .filteredOn(line -> !line.startsWith("#"))
                .isNotEmpty()
                .allMatch(line -> line.matches("[a-z][a-z0-9_]*(\\{[^A-Z=]*=.*)? \\S+"));
        assertThat(scrape.stream()
                        .filter(line -> line.matches("(gql|pulsegraph)_.*\\{.*"))
                        .flatMap(line -> MATCHER.matcher(line.replaceAll("\"(\\\\.|[^\"])*\"", ""))
                                .results())
                        .map(label -> label.group(1)))
                .isNotEmpty()
                .doesNotContain("job", "instance");
    }

    private List<String> missing(Collection<String> expressions) {
        Set<String> names = scrape.stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[ {].*", ""))
                .collect(Collectors.toSet());
        List<String> missing = new ArrayList<>();
        for (String expression : expressions) {
            String bare = expression
                    .replaceAll("\\{[^}]*}", "")
                    .replaceAll("\\bby \\([^)]*\\)", "")
                    .replaceAll("\\[[^]]*]", "")
                    .replaceAll("label_values\\(([^,]*),[^)]*\\)", "$1");
            METRIC.matcher(bare)
                    .results()
                    .map(found -> found.group())
                    .filter(name -> !FUNCTIONS.contains(name) && !names.contains(name))
                    .forEach(missing::add);
            for (Matcher selected = SELECTED.matcher(expression); selected.find(); ) {
                String metric = selected.group(1);
                labels(MATCHER, selected.group(2))
                        .filter(label -> names.contains(metric) && !isThere(metric, label))
                        .map(label -> metric + "{" + label + "}")
                        .forEach(missing::add);
            }
            for (Matcher grouped = GROUPED.matcher(expression); grouped.find(); ) {
                Stream.of(grouped.group(1).split(", *"))
                        .filter(label -> !TARGET.contains(label))
                        .filter(label -> scrape.stream().noneMatch(line -> has(line, label)))
                        .forEach(missing::add);
            }
        }
        return missing;
    }

    private static Stream<String> labels(Pattern pattern, String text) {
        return pattern.matcher(text.replaceAll("\"[^\"]*\"", ""))
                .results()
                .map(found -> found.group(1))
                .filter(label -> !TARGET.contains(label));
    }

    private boolean isThere(String metric, String label) {
        return scrape.stream().anyMatch(line -> line.startsWith(metric + "{") && has(line, label));
    }

    private static boolean has(String line, String label) {
        return Pattern.compile("[{,]" + label + "=").matcher(line).find();
    }

    private static void collect(Object json, List<String> expressions) {
        switch (json) {
            case Map<?, ?> object ->
                object.forEach((name, value) -> {
                    if (value instanceof String text && (name.equals("expr") || name.equals("query"))) {
                        expressions.add(text);
                    } else if (value != null) {
                        collect(value, expressions);
                    }
                });
            case List<?> list -> list.forEach(element -> collect(element, expressions));
            default -> {}
        }
    }
}
