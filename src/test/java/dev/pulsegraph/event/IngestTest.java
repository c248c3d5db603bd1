package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.job.JobRunner;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(transactional = false)
class IngestTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    JobRunner jobs;

    private Fixtures.Team team;
    private UUID organization;
    private String key;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        organization = organization(team);
        key = team.apiKey("INGEST");
    }

    @Test
    void each_call_of_segment_is_kept_as_what_it_is() {
        Map<String, Object> base = Map.of("anonymousId", "a", "userId", "u");
        List<String> calls = List.of("page", "screen", "track", "identify", "group", "alias");
        for (String call : calls) {
            Map<String, Object> event = Events.with(Events.with(base, "messageId", call), "event", "Done");
            Answer answer = post("/v1/" + call, Events.with(Events.with(event, "groupId", "g"), "previousId", "p"));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(told(1, 0));
        }
        assertThat(post("/v1/track", Events.click("click")).body()).isEqualTo(told(1, 0));
        assertThat(superuser.texts(
                        "select page_type from analytics_page_views where organization_id = ? order by 1",
                        organization))
                .containsExactly("page", "screen");
        assertThat(superuser.texts(
                        "select click_category from analytics_clicks where organization_id = ?", organization))
                .containsExactly("contact");
        assertThat(superuser.texts(
                        "select type from analytics_events where organization_id = ? order by 1", organization))
                .containsExactly("alias", "group", "identify", "track");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/batch", "/v1/import", "/v1/import/", "/v1/e"})
    void a_batch_holds_many_and_is_told_of_as_one(String path) {
        Answer answer = post(
                path,
                Map.of(
                        "batch",
                        List.of(Events.page("1"), Events.click("2"), Events.page("1")),
                        "sentAt",
                        "2026-01-01T00:00:00Z"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(told(2, 1));
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void an_event_counts_once_however_often_it_comes() {
        assertThat(post("/v1/page", Events.page("m")).body()).isEqualTo(told(1, 0));
        assertThat(post("/v1/page", Events.page("m")).body()).isEqualTo(told(0, 1));
        assertThat(post("/v1/batch", Events.batch(List.of(Events.page("m"), Events.page("n"), Events.page("n"))))
                        .body())
                .isEqualTo(told(1, 2));
        List<Answer> together = Concurrently.call(IntStream.range(0, 8).mapToObj(i ->
                (Callable<Answer>) () -> post("/v1/batch", Events.batch(List.of(Events.page("x"), Events.page("y"))))));
        assertThat(together.stream()
                        .mapToInt(answer -> number(answer, "accepted"))
                        .sum())
                .isEqualTo(2);
        assertThat(together.stream()
                        .mapToInt(answer -> number(answer, "duplicates"))
                        .sum())
                .isEqualTo(14);
        assertThat(stored()).isEqualTo(4);
    }

    @Test
    void events_without_a_message_id_are_all_different() {
        Map<String, Object> event = Map.of("anonymousId", "a");
        assertThat(post("/v1/page", event).body()).isEqualTo(told(1, 0));
        assertThat(post("/v1/page", event).body()).isEqualTo(told(1, 0));
    }

    @Test
    void bad_events_do_not_harm_good_ones() {
        Answer answer = post(
                "/v1/batch",
                Events.batch(List.of(
                        Events.page("good 1"),
                        Map.of("type", "page", "messageId", "nobody"),
                        17,
                        Events.with(Events.page("old"), "timestamp", "2001-01-01T00:00:00Z"),
                        Events.page("good 2"),
                        Map.of("type", "none", "userId", "u"))));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(number(answer, "accepted")).isEqualTo(2);
        assertThat(rejected(answer))
                .extracting(rejection ->
                        rejection.get("index") + " " + rejection.get("messageId") + " " + rejection.get("code"))
                .containsExactly("1 nobody NO_VISITOR", "2 null BAD_FIELD", "3 old TOO_OLD", "5 null BAD_FIELD");
        assertThat(rejected(answer))
                .extracting(rejection -> String.valueOf(rejection.get("reason")))
                .allMatch(reason -> reason.endsWith("."));
        assertThat(stored()).isEqualTo(2);
        assertThat(superuser.texts(
                        "select code || coalesce(message_id, '') || (body is not null) from rejected_events"
                                + " where organization_id = ? order by 1",
                        organization))
                .containsExactly("BAD_FIELDtrue", "BAD_FIELDtrue", "NO_VISITORnobodytrue", "TOO_OLDoldtrue");
    }

    @Test
    void a_single_bad_event_is_400_and_says_why() {
        Answer answer = post("/v1/track", Map.of("userId", "u"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.failed("MISSING_FIELD").message()).startsWith("event:");
        assertThat(answer.body()).containsEntry("success", false);
    }

    @Test
    void of_many_rejects_all_are_told_and_some_are_kept() {
        Answer answer = post(
                "/v1/batch",
                Events.batch(IntStream.range(0, 250)
                        .mapToObj(i -> Map.of("type", "page"))
                        .toList()));
        assertThat(rejected(answer)).hasSize(250);
        assertThat(superuser.number("select count(*) from rejected_events where organization_id = ?", organization))
                .isEqualTo(100);
    }

    @Test
    void the_key_may_come_as_basic_user_as_bearer_or_in_the_body() {
        HttpRequest.Builder basic =
                HttpRequest.newBuilder(api.uri("/v1/page")).header("Authorization", Events.basic(key));
        assertThat(send(basic, Events.page("1")).status()).isEqualTo(200);
        HttpRequest.Builder bearer =
                HttpRequest.newBuilder(api.uri("/v1/page")).header("Authorization", "Bearer " + key);
        assertThat(send(bearer, Events.page("2")).status()).isEqualTo(200);
        HttpRequest.Builder plain = HttpRequest.newBuilder(api.uri("/v1/page"));
        assertThat(send(plain, Events.with(Events.page("3"), "writeKey", key)).status())
                .isEqualTo(200);
        HttpRequest.Builder batch = HttpRequest.newBuilder(api.uri("/v1/batch"));
        assertThat(send(batch, Map.of("writeKey", key, "batch", List.of(Events.page("4"))))
                        .status())
                .isEqualTo(200);
        HttpRequest.Builder other =
                HttpRequest.newBuilder(api.uri("/v1/page")).header("Authorization", "Bearer a-token-of-another-kind");
        assertThat(send(other, Events.with(Events.page("5"), "writeKey", key)).status())
                .isEqualTo(200);
        assertThat(stored()).isEqualTo(5);
        assertThat(superuser.texts(
                        "select context::text || properties::text from analytics_page_views where organization_id = ?",
                        organization))
                .noneMatch(text -> String.valueOf(text).contains(key));
    }

    @Test
    void without_a_good_key_nothing_is_taken() {
        HttpRequest.Builder none = HttpRequest.newBuilder(api.uri("/v1/page"));
        assertThat(send(none, Events.page("1")).failed("UNAUTHENTICATED").status())
                .isEqualTo(401);
        for (String wrong : List.of("", "nonsense", "pgk_wrong", api.token(team.owner(), false))) {
            Answer answer = api.send(Events.request(api.uri("/v1/page"), wrong, Events.page("1")));
            assertThat(answer.failed("UNAUTHENTICATED").status()).as(wrong).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        String empty = api.send(Events.request(api.uri("/v1/batch"), "pgk_wrong", Events.batch(List.of())))
                .code();
        assertThat(empty).isEqualTo("UNAUTHENTICATED");
        assertThat(stored()).isZero();
    }

    @Test
    void the_key_needs_a_scope_to_write() {
        String read = team.apiKey("READ");
        Answer answer = api.send(Events.request(api.uri("/v1/page"), read, Events.page("1")));
        assertThat(answer.failed("FORBIDDEN").status()).isEqualTo(403);
        assertThat(answer.message()).contains("INGEST", "WRITE");
        String write = team.apiKey("WRITE");
        assertThat(api.send(Events.request(api.uri("/v1/page"), write, Events.page("1")))
                        .status())
                .isEqualTo(200);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void a_revoked_or_expired_key_is_refused_at_once() {
        assertThat(post("/v1/page", Events.page("1")).status()).isEqualTo(200);
        superuser.execute("update api_keys set revoked_at = now() where organization_id = ?", organization);
        assertThat(post("/v1/page", Events.page("2")).failed("UNAUTHENTICATED").status())
                .isEqualTo(401);
        key = team.apiKey("INGEST");
        assertThat(post("/v1/page", Events.page("3")).status()).isEqualTo(200);
        superuser.execute(
                "update api_keys set created_at = now() - interval '2 s', expires_at = now() - interval '1 s'"
                        + " where organization_id = ? and revoked_at is null",
                organization);
        assertThat(post("/v1/page", Events.page("4")).status()).isEqualTo(401);
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void the_key_says_whose_events_they_are_whatever_they_name() {
        Fixtures.Team other = fixtures.team();
        UUID theirs = organization(other);
        Map<String, Object> event = new HashMap<>(Events.page("m"));
        for (String name : List.of("organization", "organizationId", "organization_id")) {
            event.put(name, theirs.toString());
        }
        event.put("properties", Map.of("organization_id", theirs.toString(), "organization", other.id()));
        event.put("context", Map.of("organization_id", theirs.toString()));
        assertThat(post("/v1/page", event).status()).isEqualTo(200);
        assertThat(api.send(Events.request(api.uri("/v1/page"), other.apiKey("INGEST"), Events.page("m")))
                        .body())
                .as("the same message id in another organization")
                .isEqualTo(told(1, 0));
        assertThat(stored()).isEqualTo(1);
        assertThat(superuser.number("select count(*) from analytics_page_views where organization_id = ?", theirs))
                .isEqualTo(1);
    }

    @Test
    void a_body_may_be_gzip() {
        assertThat(zipped(Events.zipped(bytes(Events.batch(List.of(Events.page("1"), Events.page("2"))))))
                        .body())
                .isEqualTo(told(2, 0));
        assertThat(zipped(bytes(Events.page("3"))).status()).isEqualTo(400);
        byte[] whole = Events.zipped(bytes(Events.batch(IntStream.range(0, 500)
                .mapToObj(i -> Events.page("m" + i * 7919))
                .toList())));
        assertThat(zipped(java.util.Arrays.copyOf(whole, whole.length / 2)).status())
                .isEqualTo(400);
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void a_request_has_at_most_500_KB_unpacked_too() {
        List<Map<String, Object>> events = IntStream.range(0, 20)
                .mapToObj(i -> Events.with(Events.page("m" + i), "properties", Map.of("x", "x".repeat(24_000))))
                .toList();
        assertThat(post("/v1/batch", Events.batch(events)).body()).isEqualTo(told(20, 0));
        List<Map<String, Object>> more = new ArrayList<>(events);
        more.addAll(events);
        Answer large = post("/v1/batch", Events.batch(more));
        assertThat(large.failed("LIMIT_EXCEEDED").status()).isEqualTo(413);
        assertThat(large.message()).contains("500 KB");
        Answer bomb = zipped(Events.zipped(bytes(Events.with(Events.page("b"), "x", "x".repeat(50_000_000)))));
        assertThat(bomb.failed("LIMIT_EXCEEDED").status()).isEqualTo(413);
        Answer many = post(
                "/v1/batch",
                Events.batch(IntStream.range(0, 2501).mapToObj(i -> Map.of()).toList()));
        assertThat(many.failed("LIMIT_EXCEEDED").message()).contains("2,500");
        assertThat(stored()).isEqualTo(20);
    }

    @Test
    void an_event_has_at_most_32_KB() {
        Map<String, Object> large = Events.with(Events.page("large"), "properties", Map.of("x", "x".repeat(33_000)));
        Answer answer = post("/v1/batch", Events.batch(List.of(large, Events.page("small"))));
        assertThat(number(answer, "accepted")).isEqualTo(1);
        assertThat(rejected(answer))
                .singleElement()
                .satisfies(rejection ->
                        assertThat(rejection).containsEntry("code", "TOO_LARGE").containsEntry("messageId", "large"));
        assertThat(superuser.texts("select body::text from rejected_events where organization_id = ?", organization))
                .containsExactly((String) null);
    }

    @Test
    void what_cannot_be_read_is_refused_as_a_whole() {
        for (String body :
                List.of("", "{", "<x/>", "[]", "null", "\"x\"", "{} {}", "{\"batch\": {}}", "{\"batch\": 1}", "{}")) {
            Answer answer = api.send(HttpRequest.newBuilder(api.uri("/v1/batch"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", Events.basic(key))
                    .POST(BodyPublishers.ofString(body))
                    .build());
            assertThat(answer.failed("BAD_USER_INPUT").status()).as(body).isEqualTo(400);
            assertThat(answer.body()).as(body).containsEntry("success", false);
        }
        Answer notUtf8 = api.send(HttpRequest.newBuilder(api.uri("/v1/batch"))
                .header("Authorization", Events.basic(key))
                .POST(BodyPublishers.ofByteArray("{\"batch\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .build());
        assertThat(notUtf8.status()).isEqualTo(400);
        Answer brotli = api.send(HttpRequest.newBuilder(api.uri("/v1/batch"))
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString("x"))
                .build());
        assertThat(brotli.status()).isEqualTo(415);
        assertThat(api.send(HttpRequest.newBuilder(api.uri("/v1/batch")).build())
                        .status())
                .isEqualTo(405);
    }

    @Test
    void hostile_events_are_rejected_one_by_one() {
        List<Object> events = new ArrayList<>(List.of(
                Events.with(Events.page("nul"), "properties", Map.of("x", "a\0b")),
                Events.with(Events.page("deep"), "properties", Map.of("x", nested(200))),
                Events.with(Events.page("id\0"), "name", "x"),
                Events.with(Events.page("half"), "name", "HALF")));
        events.add(Events.page("good"));
        // Half a character cannot be sent as UTF-8, but escaped it can.
        String body = Events.json(Events.batch(events)).replace("HALF", "\\ud83d");
        Answer answer = api.send(HttpRequest.newBuilder(api.uri("/v1/batch"))
                .header("Content-Type", "application/json")
                .header("Authorization", Events.basic(key))
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(number(answer, "accepted")).as(answer.text()).isEqualTo(1);
        assertThat(rejected(answer))
                .extracting(rejection -> rejection.get("code"))
                .containsExactly("BAD_FIELD", "BAD_FIELD", "BAD_FIELD", "BAD_FIELD");
        assertThat(superuser.number(
                        "select count(*) from rejected_events where organization_id = ? and body is null",
                        organization))
                .isEqualTo(4);
    }

    @Test
    void any_page_may_send_and_read_the_answer() {
        for (String path : List.of("/v1/e", "/v1/batch", "/v1/track")) {
            Answer preflight = api.send(HttpRequest.newBuilder(api.uri(path))
                    .header("Origin", "https://card.example")
                    .header("Access-Control-Request-Method", "POST")
                    .header("Access-Control-Request-Headers", "authorization, content-type")
                    .method("OPTIONS", BodyPublishers.noBody())
                    .build());
            assertThat(preflight.status()).as(path).isEqualTo(204);
            assertThat(preflight.headers().allValues("Access-Control-Allow-Origin"))
                    .containsExactly("*");
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                    .contains("POST");
            assertThat(preflight
                            .headers()
                            .firstValue("Access-Control-Allow-Headers")
                            .orElse(""))
                    .containsIgnoringCase("authorization")
                    .containsIgnoringCase("content-type");
        }
        HttpRequest.Builder beacon = HttpRequest.newBuilder(api.uri("/v1/e"))
                .header("Origin", "https://card.example")
                .header("Content-Type", "text/plain;charset=UTF-8");
        Answer answer = api.send(beacon.POST(BodyPublishers.ofString(
                        Events.json(Map.of("writeKey", key, "batch", List.of(Events.page("1"))))))
                .build());
        assertThat(answer.body()).isEqualTo(told(1, 0));
        assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
        Answer refused = api.send(beacon.POST(BodyPublishers.ofString("{")).build());
        assertThat(refused.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
    }

    @Test
    void bots_are_accepted_and_count_nowhere() {
        Map<String, Object> event = Events.with(
                Events.page("b"),
                "context",
                Map.of("userAgent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"));
        assertThat(post("/v1/page", event).body()).isEqualTo(told(1, 0));
        assertThat(stored()).isZero();
        assertThat(superuser.texts(
                        "select type || is_bot from analytics_events where organization_id = ?", organization))
                .containsExactly("pagetrue");
        assertThat(superuser.number(
                        "select count(*) from traffic_quarter_hours where organization_id = ?", organization))
                .isZero();
    }

    @Test
    void no_whole_address_is_kept_anywhere() {
        Map<String, Object> event =
                Events.with(Events.page("m"), "context", Map.of("ip", "198.51.100.99", "locale", "de"));
        assertThat(post("/v1/batch", Events.batch(List.of(event, Events.with(event, "anonymousId", ""))))
                        .status())
                .isEqualTo(200);
        assertThat(superuser.texts(
                        "select host(ip_address) from analytics_sessions where organization_id = ?", organization))
                .containsExactly("198.51.100.0");
        assertThat(superuser.texts(
                        "select context::text from analytics_page_views where organization_id = ?"
                                + " union all select body::text from rejected_events where organization_id = ?",
                        organization,
                        organization))
                .hasSize(2)
                .noneMatch(text -> String.valueOf(text).contains("198.51.100"))
                .allMatch(text -> String.valueOf(text).contains("locale"));
    }

    @Test
    void only_admins_see_rejects() {
        post("/v1/page", Map.of());
        assertThat(superuser.number(
                        "select count(*) from pg_policies where tablename = 'rejected_events' and policyname ="
                                + " 'rejected_events_select' and qual like '%admin%'"))
                .isEqualTo(1);
        assertThat(superuser.number("select count(*) from rejected_events where organization_id = ?", organization))
                .isEqualTo(1);
    }

    @Test
    void rejects_are_forgotten_after_a_week() {
        post("/v1/page", Map.of());
        post("/v1/page", Map.of("messageId", "old"));
        superuser.execute(
                "update rejected_events set received_at = now() - interval '7 days 1 s'"
                        + " where organization_id = ? and message_id = 'old'",
                organization);
        assertThat(jobs.run("traffic.rejects").message()).matches("Deleted [1-9]\\d* rejected events\\.");
        assertThat(superuser.number("select count(*) from rejected_events where organization_id = ?", organization))
                .isEqualTo(1);
    }

    @Test
    void what_is_told_is_measured() {
        post("/v1/batch", Events.batch(List.of(Events.page("m"), Events.page("m"), Map.of("type", "page"))));
        api.send(Events.request(api.uri("/v1/page"), "pgk_wrong", Events.page("1")));
        String metrics =
                api.send(api.bearer(null).request("/prometheus").build()).text();
        assertThat(metrics)
                .containsPattern(
                        "pulsegraph_ingest_events_total\\{[^}]*code=\"NO_VISITOR\"[^}]*status=\"rejected\"[^}]*} \\d")
                .containsPattern("pulsegraph_ingest_events_total\\{[^}]*status=\"duplicate\"[^}]*} \\d")
                .containsPattern("pulsegraph_ingest_refusals_total\\{[^}]*status=\"401\"[^}]*} \\d")
                .containsPattern("pulsegraph_ingest_queue_bytes(\\{[^}]*})? \\d")
                .containsPattern("pulsegraph_ingest_commit_seconds_count(\\{[^}]*})? \\d")
                .containsPattern("pulsegraph_ingest_batch_events_max(\\{[^}]*})? \\d");
    }

    private Answer post(String path, Object body) {
        return api.send(Events.request(api.uri(path), key, body));
    }

    private Answer send(HttpRequest.Builder request, Object body) {
        return api.send(request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Events.json(body)))
                .build());
    }

    private Answer zipped(byte[] body) {
        return api.send(HttpRequest.newBuilder(api.uri("/v1/batch"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .header("Authorization", Events.basic(key))
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private UUID organization(Fixtures.Team of) {
        return UUID.fromString(superuser.text("select id from organizations where slug = ?", of.slug()));
    }

    private long stored() {
        return superuser.number("select count(*) from analytics_page_views where organization_id = ?", organization)
                + superuser.number("select count(*) from analytics_clicks where organization_id = ?", organization);
    }

    private static byte[] bytes(Object body) {
        return Events.json(body).getBytes(StandardCharsets.UTF_8);
    }

    private static Object nested(int levels) {
        Object value = 1;
        for (int i = 0; i < levels; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static int number(Answer answer, String field) {
        return answer.body().get(field) instanceof Number number ? number.intValue() : -1;
    }

    private static List<Map<String, String>> rejected(Answer answer) {
        List<Map<String, String>> rejections = new ArrayList<>();
        if (answer.body().get("rejected") instanceof List<?> list) {
            for (Object rejection : list) {
                Map<String, String> texts = new HashMap<>();
                ((Map<?, ?>) rejection)
                        .forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
                rejections.add(texts);
            }
        }
        return rejections;
    }

    private static Map<String, @Nullable Object> told(int accepted, int duplicates) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("success", true);
        told.put("accepted", accepted);
        told.put("duplicates", duplicates);
        told.put("rejected", List.of());
        return told;
    }
}
