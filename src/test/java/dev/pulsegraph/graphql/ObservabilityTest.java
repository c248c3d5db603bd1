package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import io.micronaut.context.ApplicationContext;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What operators and browsers find beside the endpoint. */
@MicronautTest(transactional = false)
class ObservabilityTest {
    @Inject
    Api api;

    @Inject
    JsonMapper json;

    @Test
    void health_says_that_the_database_answers() {
        Answer health = health("/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.text())
                .contains("\"status\":\"UP\"")
                .contains("database")
                .contains("pg_stat_statements");
        assertThat(health("/health/liveness").text())
                .contains("\"status\":\"UP\"")
                .doesNotContain("pg_stat_statements");
        assertThat(health("/health/readiness").text())
                .contains("\"status\":\"UP\"")
                .contains("database");
    }

    private Answer health(String path) {
        return api.send(api.asOperator("operator@health.example").request(path).build());
    }

    @Test
    void prometheus_counts_operations_by_their_names() {
        var somebody = api.as("metrics@spec.example");
        somebody.ask("query MeasuredHere { viewer { operator organizations { nodes { id } } } }")
                .succeeded();
        somebody.ask("query MeasuredHere { node(id: \"nonsense\") { id } }").failed("BAD_USER_INPUT");
        String metrics = get("/prometheus").text();
        assertThat(metrics)
                .containsPattern(
                        "gql_query_seconds_count\\{[^}]*gql_operation=\"query\"[^}]*gql_operation_name=\"MeasuredHere\"[^}]*outcome=\"success\"[^}]*} 1")
                .containsPattern(
                        "gql_query_seconds_count\\{[^}]*gql_operation_name=\"MeasuredHere\"[^}]*outcome=\"failure\"")
                .containsPattern("gql_resolver_seconds_count\\{[^}]*gql_field=\"Viewer.organizations\"")
                .containsPattern("gql_error_total\\{[^}]*gql_error_code=\"BAD_USER_INPUT\"");
    }

    @Test
    void only_so_many_names_of_operations_become_time_series() {
        try (var server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "test")) {
            Api fresh = server.getApplicationContext().getBean(Api.class);
            var somebody = fresh.as("metrics@spec.example");
            somebody.ask("query " + "L".repeat(101) + " { __typename }").succeeded();
            for (int i = 0; i < 250; i++) {
                somebody.ask("query Flood" + i + " { __typename }").succeeded();
            }
            String metrics = fresh.send(
                            fresh.bearer(null).request("/prometheus").build())
                    .text();
            assertThat(Pattern.compile("gql_query_seconds_count\\{[^}]*gql_operation_name=\"Flood")
                            .matcher(metrics)
                            .results())
                    .hasSize(200);
            assertThat(metrics)
                    .containsPattern("gql_query_seconds_count\\{[^}]*gql_operation_name=\"other\"[^}]*} 51")
                    .doesNotContain("LLLLLL");
        }
    }

    @Test
    void an_answer_tells_how_long_it_took() {
        Answer answer = api.as("metrics@spec.example").ask("{ viewer { operator } }");
        assertThat(answer.headers().firstValue("Server-Timing").orElse("")).matches("operation;dur=\\d+(\\.\\d+)?");
    }

    @Test
    void logs_can_be_json() throws JoranException, IOException {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("PULSEGRAPH_LOG_FORMAT", "json");
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertThat(root.getAppender("text")).isNull();
        var appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("json");
        var thrown = new IllegalStateException("the outside", new IOException("the \"inside\""));
        var event = new LoggingEvent(
                "here", root, Level.WARN, "a {} of {}\nlines", thrown, new Object[] {"\"message\"", 2});
        event.setMDCPropertyMap(Map.of("requestId", "r-1", "traceId", "0af7651916cd43dd8448eb211c80319c"));
        event.addKeyValuePair(new KeyValuePair("correlationId", "c-1"));
        String line = new String(appender.getEncoder().encode(event), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n");
        assertThat(line.strip()).doesNotContain("\n");
        Map<?, ?> fields = Objects.requireNonNull((Map<?, ?>) json.readValue(line, Object.class));
        assertThat(fields.get("level")).isEqualTo("WARN");
        assertThat(fields.get("message")).isEqualTo("a \"message\" of 2\nlines");
        assertThat(fields.get("logger")).isEqualTo(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertThat(Instant.parse(String.valueOf(fields.get("time")))).isEqualTo(event.getInstant());
        assertThat(fields.get("requestId")).isEqualTo("r-1");
        assertThat(fields.get("traceId")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(fields.get("correlationId")).isEqualTo("c-1");
        assertThat(String.valueOf(fields.get("stack")))
                .contains(
                        "IllegalStateException: the outside",
                        "Caused by: java.io.IOException: the \"inside\"",
                        "\n\tat ");
        context.stop();
    }

    @Test
    void a_request_is_called_in_the_log_what_its_sender_calls_it() {
        var named = api.bearer(null)
                .request("/graphql")
                .header("X-Request-Id", "proxy-7")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();
        assertThat(api.send(named).headers().firstValue("X-Request-Id")).contains("proxy-7");
        for (String unsafe : List.of("a b", "{\"x\": 1}", "x".repeat(129))) {
            var request = api.bearer(null)
                    .request("/health")
                    .header("X-Request-Id", unsafe)
                    .build();
            assertThat(api.send(request).headers().firstValue("X-Request-Id"))
                    .hasValueSatisfying(id -> assertThat(UUID.fromString(id)).hasToString(id));
        }
    }

    @Test
    void the_way_in_leads_to_graphiql() {
        Answer home = get("/");
        assertThat(home.status()).isEqualTo(303);
        assertThat(home.headers().firstValue("Location")).contains("/graphiql");
    }

    @Test
    void graphiql_may_load_and_call_nothing_but_this_server() {
        for (String path : new String[] {
            "/graphiql",
            "/graphiql/app.js",
            "/graphiql/app.css",
            "/graphiql/vendor/graphiql.min.js",
            "/graphiql/vendor/graphiql.min.css"
        }) {
            Answer answer = get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse("none"))
                    .as(path)
                    .contains(
                            "default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        assertThat(get("/graphiql").text())
                .contains("<html")
                .doesNotContain("http://", "https://", "<script>", "onclick=");
    }

    @Test
    void the_addresses_are_those_of_the_settings() {
        Map<String, Object> settings = Map.of("graphql.path", "/api", "graphql.graphiql.path", "/ide");
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            Api moved = server.getApplicationContext().getBean(Api.class);
            Answer page = moved.send(moved.bearer(null).request("/ide").build());
            assertThat(page.text()).contains("src=\"/ide/app.js\"", "data-endpoint=\"/api\"");
            assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
            Answer script = moved.send(moved.bearer(null).request("/ide/app.js").build());
            assertThat(script.status()).isEqualTo(200);
            assertThat(script.headers().firstValue("Content-Security-Policy")).isPresent();
            assertThat(moved.send(moved.as("moved@spec.example")
                                    .request("/api?query=%7Bviewer%7Boperator%7D%7D")
                                    .build())
                            .succeeded()
                            .at("viewer.operator"))
                    .isEqualTo(false);
            Answer nowhere = moved.send(moved.bearer(null).request("/graphql").build());
            assertThat(nowhere.failed("NOT_FOUND").message()).contains("the endpoint is /api");
        }
    }

    @Test
    void graphiql_can_be_left_out() {
        Map<String, Object> settings = Map.of("graphql.graphiql.enabled", false);
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            Api without = server.getApplicationContext().getBean(Api.class);
            for (String path : new String[] {"/", "/graphiql", "/graphiql/app.js"}) {
                assertThat(without.send(without.bearer(null).request(path).build())
                                .status())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void the_schema_is_served_as_it_is_in_the_repository() throws IOException {
        Answer answer = get("/schema.graphqls");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(answer.text()).isEqualTo(Files.readString(Path.of("schema.graphqls")));
    }

    @Test
    void other_origins_get_nothing_unless_they_are_allowed() {
        Answer preflight = preflight(api);
        assertThat(preflight.status()).isBetween(400, 499);
        assertThat(preflight.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        Answer asked = api.send(api.as("cors@spec.example")
                .request("/graphql")
                .header("Origin", "https://app.example")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"query\": \"{ __typename }\"}"))
                .build());
        assertThat(asked.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void an_origin_can_be_allowed() {
        Map<String, Object> settings = Map.of(
                "micronaut.server.cors.enabled",
                true,
                "micronaut.server.cors.configurations.app.allowed-origins",
                "https://app.example");
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            Api open = server.getApplicationContext().getBean(Api.class);
            Answer preflight = preflight(open);
            assertThat(preflight.status()).isEqualTo(200);
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("https://app.example");
            assertThat(preflight
                            .headers()
                            .allValues("Access-Control-Allow-Headers")
                            .toString())
                    .containsIgnoringCase("authorization");
        }
    }

    private static Answer preflight(Api where) {
        return where.send(HttpRequest.newBuilder(where.uri("/graphql"))
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
    }

    private Answer get(String path) {
        return api.send(api.bearer(null).request(path).build());
    }
}
