package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Countries of visitors, by a file of the operator's and by what a proxy says. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CountryTest implements TestPropertyProvider {
    @TempDir
    static Path directory;

    @Inject
    EmbeddedServer server;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Override
    public Map<String, String> getProperties() {
        try {
            Path file = new CountryFile()
                    .with("192.0.2.0/24", Map.of("country", Map.of("iso_code", "AT")))
                    .with("2001:db8::/32", Map.of("country", Map.of("iso_code", "JP")))
                    .write(directory.resolve("country.mmdb"));
            return Map.of(
                    "pulsegraph.traffic.country-database", file.toString(),
                    "pulsegraph.traffic.country-header", "CF-IPCountry",
                    "pulsegraph.trusted-proxies", "127.0.0.1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_session_is_of_the_country_of_its_address_unless_the_proxy_knows_it() throws Exception {
        Fixtures.Team team = fixtures.team();
        String key = team.apiKey("INGEST");
        send(key, fromDevice("a"), Map.of("X-Forwarded-For", "192.0.2.77"));
        send(key, fromDevice("b"), Map.of("X-Forwarded-For", "2001:db8::7"));
        send(key, fromDevice("c"), Map.of("X-Forwarded-For", "192.0.2.78", "CF-IPCountry", "fr"));
        send(key, fromDevice("d"), Map.of("X-Forwarded-For", "192.0.2.79", "CF-IPCountry", "XX"));
        send(key, fromDevice("e"), Map.of("X-Forwarded-For", "198.51.100.1"));
        send(key, fromServer("f", "192.0.2.80"), Map.of("X-Forwarded-For", "198.51.100.1"));
        team.track(List.of(Map.of(
                "type", "PAGE",
                "messageId", "g",
                "anonymousId", "g",
                "timestamp", Instant.now().toString(),
                "context", Map.of("ip", "2001:db8::8"))));
        assertThat(team.asOwner()
                        .ask(
                                "{ organization(slug: \"" + team.slug()
                                        + "\") { trafficBreakdown(by: COUNTRY, range: { last: 2, unit: DAY }) { rows { value totals { sessions } } } } }")
                        .succeeded()
                        .list("organization.trafficBreakdown.rows")
                        .toString())
                .isEqualTo(
                        "[{value=, totals={sessions=2}}, {value=AT, totals={sessions=2}}, {value=JP, totals={sessions=2}},"
                                + " {value=FR, totals={sessions=1}}]");
        assertThat(superuser.texts(
                        "select v.context::text from analytics_page_views v join organizations o on o.id = v.organization_id where o.slug = ?",
                        team.slug()))
                .as("what is kept of them")
                .hasSize(7)
                .noneMatch(context -> context.contains("192.0.2") || context.contains("2001:db8"));
    }

    private void send(String key, Map<String, Object> event, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                Events.request(URI.create(server.getURL() + "/v1/page"), key, event), (name, value) -> true);
        headers.forEach(request::header);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static Map<String, Object> fromDevice(String visitor) {
        return page(visitor, Map.of("library", Map.of("name", "analytics-ios")));
    }

    private static Map<String, Object> fromServer(String visitor, String address) {
        return page(visitor, Map.of("ip", address));
    }

    private static Map<String, Object> page(String visitor, Map<String, Object> context) {
        Map<String, Object> event = new HashMap<>(Events.page(visitor));
        event.put("context", context);
        return event;
    }
}
