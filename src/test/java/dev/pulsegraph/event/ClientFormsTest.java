package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses, headers and bodies with which libraries send events. */
@MicronautTest(transactional = false)
class ClientFormsTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private Fixtures.Team team;
    private String key;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        key = team.apiKey("INGEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", ""})
    void the_letters_of_browser_libraries_are_events(String root) {
        for (String letter : List.of("p", "s", "t", "i", "g", "a")) {
            Map<String, Object> event = Events.with(
                    Map.of("anonymousId", "a", "event", "Done", "messageId", letter + root), "writeKey", key);
            Answer answer = api.send(HttpRequest.newBuilder(api.uri(root + "/" + letter))
                    .header("Origin", "https://card.example")
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString(Events.json(event)))
                    .build());
            assertThat(answer.status()).as(letter + answer.text()).isEqualTo(200);
            assertThat(answer.headers().allValues("Access-Control-Allow-Origin"))
                    .containsExactly("*");
        }
        assertThat(types()).containsExactly("alias", "group", "identify", "page", "screen", "track");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/b", "/b", "/v1/batch", "/v1/import"})
    void batches_of_libraries_on_devices_are_events(String path) {
        for (boolean gzip : new boolean[] {false, true}) {
            String body = """
                    {"writeKey": "%s", "sentAt": "2026-03-01T09:30:02.250Z", "batch": [
                      {"type": "screen", "messageId": "%s-1", "anonymousId": "a", "userId": "", "name": "Home", "category": "",
                       "properties": {"pageType": "home"}, "integrations": {}, "_metadata": {"bundled": [], "unbundled": []},
                       "context": {"library": {"name": "analytics-kotlin", "version": "1.19.0"}, "device": {"type": "android"},
                         "timezone": "Europe/Berlin", "ip": "198.51.100.7"}},
                      {"type": "track", "messageId": "%s-2", "anonymousId": "a", "event": "Application Opened",
                       "properties": {"from_background": false, "version": null}, "context": {}}]}""".formatted(key, gzip, gzip);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            HttpRequest.Builder request = HttpRequest.newBuilder(api.uri(path))
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(BodyPublishers.ofByteArray(gzip ? Events.zipped(bytes) : bytes));
            Answer answer = api.send((gzip ? request.header("Content-Encoding", "gzip") : request).build());
            assertThat(answer.body()).as(answer.text()).containsEntry("accepted", 2);
        }
        assertThat(types()).containsExactly("home", "home", "track", "track");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/octet-stream",
                "application/vnd.api+json",
                "Application/JSON; Charset=UTF-8",
                "multipart/form-data",
                "nonsense"
            })
    void the_content_type_keeps_no_event_out(String type) {
        byte[] body = Events.zipped(Events.json(Events.batch(List.of(Events.page("1"), Events.click("2"))))
                .getBytes(StandardCharsets.UTF_8));
        Answer answer = api.send(HttpRequest.newBuilder(api.uri("/v1/batch"))
                .header("Content-Type", type)
                .header("Content-Encoding", "gzip")
                .header("Authorization", Events.basic(key))
                .POST(BodyPublishers.ofByteArray(body))
                .build());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("accepted", 2);
    }

    @Test
    void a_body_in_another_charset_is_refused() {
        Answer answer = api.send(HttpRequest.newBuilder(api.uri("/v1/page"))
                .header("Content-Type", "application/json; charset=iso-8859-1")
                .header("Authorization", Events.basic(key))
                .POST(BodyPublishers.ofString(Events.json(Events.page("1"))))
                .build());
        assertThat(answer.failed("BAD_USER_INPUT").status()).isEqualTo(415);
        assertThat(answer.message()).contains("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//v1/import/", "//v1/batch", "/v1//b", "///b//", "//v1/import/?retry=//1"})
    void slashes_too_many_lead_to_the_same_address(String path) {
        Answer answer =
                api.send(Events.request(URI.create(api.uri("") + path), key, Events.batch(List.of(Events.page(path)))));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("accepted", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/e", "/v1/batch", "/v1/track", "/v1/p", "/v1/b", "/p", "/b"})
    void a_page_may_send_whatever_headers_its_tools_add(String path) {
        for (String headers : List.of(
                "traceparent",
                "baggage,sentry-trace",
                "authorization, content-type, x-datadog-trace-id, x-retry-count",
                "Content-Type")) {
            Answer preflight = api.send(HttpRequest.newBuilder(api.uri(path))
                    .header("Origin", "https://card.example")
                    .header("Access-Control-Request-Method", "POST")
                    .header("Access-Control-Request-Headers", headers)
                    .method("OPTIONS", BodyPublishers.noBody())
                    .build());
            assertThat(preflight.status()).as(path).isEqualTo(204);
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                    .as(path)
                    .contains(headers);
            assertThat(preflight.headers().allValues("Access-Control-Allow-Origin"))
                    .containsExactly("*");
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
        }
    }

    @Test
    void a_preflight_without_a_list_of_headers_allows_those_of_events() {
        for (String headers : new String[] {"", "<none of a header>"}) {
            Answer preflight = api.send(HttpRequest.newBuilder(api.uri("/v1/e"))
                    .header("Origin", "https://card.example")
                    .header("Access-Control-Request-Headers", headers)
                    .method("OPTIONS", BodyPublishers.noBody())
                    .build());
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                    .contains("Authorization, Content-Type, Content-Encoding, X-Requested-With");
        }
    }

    /** What became of the events: the types of pages, and those of all that is no view. */
    private List<String> types() {
        return superuser.texts("""
                        select type from (
                          select organization_id, page_type as type from analytics_page_views
                          union all select organization_id, type from analytics_events) r
                        where organization_id = (select id from organizations where slug = ?) order by 1""", team.slug()).stream().map(String::valueOf).toList();
    }
}
