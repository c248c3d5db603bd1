package dev.pulsegraph.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nothing names an erased visitor, whatever is counted stays, and an export is complete. */
@MicronautTest(transactional = false)
class PrivacyTest {
    private static final String ERASE =
            "mutation ($input: EraseVisitorInput!) { eraseVisitor(input: $input) { request { id type status visitorHash data } } }";
    private static final String COUNTS = """
            query ($slug: String!, $from: DateTime!, $to: DateTime!) {
              organization(slug: $slug) {
                dailyStats(range: { last: 2 }) { totals { sessions pageViews clicks visitors bounceRate } }
                eventNames(range: { from: $from, to: $to }) { name count visitors }
                goals { name conversions(range: { last: 2 }) { visitors conversions rate } }
                funnel(input: { steps: [{ path: "/*" }, { event: "paid" }], range: { from: $from, to: $to } }) { entered converted }
                retention(input: { start: { path: "/*" }, return: { path: "/*" }, range: { last: 2 }, granularity: DAY, periods: 1 }) { cohorts { size } }
                currentVisitors
              }
            }""";

    @Inject
    Fixtures fixtures;

    @Inject
    Api api;

    @Inject
    Superuser superuser;

    @Inject
    Json json;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void an_erased_visitor_occurs_in_no_table_and_every_count_stays() {
        String visitor = Fixtures.unique("ann");
        var team = world(visitor);
        var others = world(visitor);
        assertThat(tablesWith(team, visitor))
                .contains(
                        "analytics_page_views",
                        "analytics_clicks",
                        "analytics_events",
                        "analytics_sessions",
                        "visitor_aliases",
                        "identified_users",
                        "rejected_events",
                        "event_names");
        List<String> before = tablesWith(others, visitor);
        Object counts = counts(team);

        Answer erased = erase(team, visitor).succeeded();
        assertThat(erased.at("eraseVisitor.request.data"))
                .isEqualTo(Map.of(
                        "page_views",
                        3,
                        "clicks",
                        1,
                        "events",
                        3,
                        "sessions",
                        2,
                        "aliases",
                        3,
                        "traits",
                        1,
                        "samples",
                        1,
                        "rejected_events",
                        1));

        assertThat(tablesWith(team, visitor)).isEmpty();
        assertThat(counts(team)).isEqualTo(counts);
        assertThat(tablesWith(others, visitor)).isEqualTo(before);
        // What is stored is what a recount says.
        assertThat(superuser.texts(
                        "select value from organizations o, app.local_date(now(), o.time_zone) d, app.recount_traffic_day(o.id, d) r, jsonb_each_text(r.changed) where o.id = ?",
                        uuid(team)))
                .isNotEmpty()
                .containsOnly("0");
    }

    /** Whoever comes again is somebody new. */
    @Test
    void later_events_are_those_of_another_visitor() {
        String visitor = Fixtures.unique("ann");
        var team = world(visitor);
        erase(team, "user:" + visitor + "-user").succeeded();
        send(team, List.of(event("PAGE", visitor, null, Map.of("path", "/again"))));
        assertThat(String.valueOf(counts(team))).contains("visitors=3");
        assertThat(superuser.number(
                        "select count(*) from analytics_sessions where organization_id = ? and visitor = ?",
                        uuid(team),
                        visitor))
                .isEqualTo(1);
    }

    @Test
    void a_visitor_who_is_erased_again_is_nobody_but_is_recorded() {
        String visitor = Fixtures.unique("ann");
        var team = world(visitor);
        String first = erase(team, visitor).succeeded().text("eraseVisitor.request.visitorHash");
        Answer again = erase(team, visitor).succeeded();
        assertThat(String.valueOf(again.at("eraseVisitor.request.data"))).doesNotContainPattern("=[1-9]");
        assertThat(again.at("eraseVisitor.request.visitorHash")).isEqualTo(first);
        Answer listed = team.asOwner()
                .ask(
                        "{ organization(slug: \"" + team.slug()
                                + "\") { privacyRequests { totalCount nodes { visitorHash requestedBy { email } } } auditLog(first: 2) { nodes { subjectType } } } }")
                .succeeded();
        assertThat(listed.at("organization.privacyRequests.totalCount")).isEqualTo(2);
        assertThat(listed.at("organization.privacyRequests.nodes.0.requestedBy.email"))
                .isEqualTo(team.owner());
        assertThat(listed.at("organization.auditLog.nodes.0.subjectType")).isEqualTo("PrivacyRequest");
        assertThat(listed.text()).doesNotContain(visitor);
    }

    /** A device that two people use stays a visitor; what was said of the one who is erased goes. */
    @Test
    void events_of_others_that_name_the_user_lose_what_they_say() {
        String user = Fixtures.unique("user");
        var team = fixtures.team();
        Map<String, Object> shared = new HashMap<>(event("PAGE", "device", null, Map.of("email", user + "@x.example")));
        shared.put("userId", user);
        send(team, List.of(shared, event("PAGE", "device", null, Map.of("path", "/other"))));
        erase(team, "user:" + user).succeeded();
        assertThat(tablesWith(team, user)).isEmpty();
        assertThat(superuser.number(
                        "select count(*) from analytics_page_views where organization_id = ? and visitor = 'device'",
                        uuid(team)))
                .isEqualTo(2);
    }

    @Test
    void an_export_has_everything_that_is_kept_in_the_order_of_time() throws Exception {
        String visitor = Fixtures.unique("ann");
        var team = world(visitor);
        world(visitor);
        List<Map<String, Object>> lines = export(team, visitor);
        Map<String, Object> end = lines.removeLast();
        assertThat(end.get("lines")).isEqualTo(Map.of("aliases", 3, "traits", 1, "sessions", 2, "events", 7));
        assertThat(lines).hasSize(13);
        List<Map<String, Object>> events =
                lines.stream().filter(line -> "event".equals(line.get("kind"))).toList();
        assertThat(events)
                .extracting(line -> line.get("type"))
                .containsExactlyInAnyOrder("page", "page", "page", "click", "track", "identify", "alias");
        assertThat(events.toString()).contains("secret=pro-" + visitor, "/one", "checkout");
        assertThat(lines.toString())
                .contains("email=" + visitor + "@ann.example")
                .doesNotContain("ben");

        erase(team, visitor).succeeded();
        assertThat(export(team, visitor)).hasSize(1);
        assertThat(superuser.texts(
                        "select request_type || ' ' || status from privacy_requests where organization_id = ? order by requested_at",
                        uuid(team)))
                .containsExactly("export completed", "erase completed", "export completed");
    }

    @Test
    void an_export_of_many_events_is_streamed() throws Exception {
        var team = fixtures.team();
        superuser.texts("select app.make_partitions('analytics_events', '{2026-01-01}')");
        superuser.execute("""
                insert into analytics_events (organization_id, id, type, name, visitor, occurred_at, received_at, properties)
                select ?, gen_random_uuid(), 'track', 'e', 'many', timestamptz '2026-01-03' + n * interval '1 second', now(),
                  jsonb_build_object('text', repeat('x', 500))
                from generate_series(1, 30000) n""", uuid(team));
        HttpResponse<Stream<String>> answer =
                http.send(request(team.asOwner(), team.slug(), "many"), HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().filter(line -> line.contains("\"event\"")).count())
                .isEqualTo(30000);
    }

    @Test
    void only_administrators_export() throws Exception {
        var team = fixtures.team();
        assertThat(status(team.as("ADMIN"), team.slug(), "ann")).isEqualTo(200);
        assertThat(status(team.as("EDITOR"), team.slug(), "ann")).isEqualTo(403);
        assertThat(status(team.as("VIEWER"), team.slug(), "ann")).isEqualTo(403);
        assertThat(status(api.bearer(team.apiKey("WRITE")), team.slug(), "ann")).isEqualTo(403);
        assertThat(status(fixtures.team().asOwner(), team.slug(), "ann")).isEqualTo(404);
        assertThat(status(api.bearer(null), team.slug(), "ann")).isEqualTo(401);
        assertThat(status(team.asOwner(), team.slug(), "")).isEqualTo(400);
        assertThat(status(team.asOwner(), team.slug(), "x".repeat(209))).isEqualTo(400);
        assertThat(status(team.asOwner(), "", "ann")).isEqualTo(400);
        assertThat(superuser.number("select count(*) from privacy_requests where organization_id = ?", uuid(team)))
                .isEqualTo(1);
    }

    /** A visitor with a user id and another device, and one more; one event of the first is rejected. */
    private Fixtures.Team world(String visitor) {
        var team = fixtures.team();
        team.asOwner()
                .ask(
                        "mutation ($organization: ID!) { saveGoal(input: { organization: $organization, name: \"Paid\", event: \"paid\" }) { goal { id } } }",
                        Map.of("organization", team.id()))
                .succeeded();
        Map<String, Object> identify =
                new HashMap<>(event("IDENTIFY", visitor, null, Map.of("email", visitor + "@ann.example")));
        identify.put("userId", visitor + "-user");
        Map<String, Object> click = new HashMap<>(event("CLICK", visitor, null, Map.of()));
        click.put("clickTarget", "checkout");
        Map<String, Object> session = new HashMap<>(event("PAGE", visitor, null, Map.of("path", "/two")));
        session.put("sessionId", visitor + "-session");
        Map<String, Object> alias =
                new HashMap<>(event("ALIAS", visitor, null, Map.of("previousId", visitor + "-old")));
        alias.put("userId", visitor + "-user");
        send(
                team,
                List.of(
                        event("PAGE", visitor, null, Map.of("path", "/one", "email", visitor)),
                        session,
                        click,
                        event("TRACK", visitor, "paid", Map.of("secret", "pro-" + visitor)),
                        identify,
                        alias,
                        event("PAGE", visitor, null, Map.of("path", "/three")),
                        event("PAGE", "ben", null, Map.of("path", "/one")),
                        event("TRACK", "ben", "looked", Map.of())));
        superuser.execute(
                "insert into rejected_events (organization_id, code, reason, body) values (?, 'X', 'x', jsonb_build_object('anonymousId', ?::text, 'deep', '[]'::jsonb))",
                uuid(team),
                visitor);
        return team;
    }

    private static Map<String, Object> event(
            String type, String visitor, @Nullable String name, Map<String, Object> properties) {
        Map<String, Object> event = new HashMap<>();
        event.put("messageId", Fixtures.unique("m"));
        event.put("type", type);
        event.put("anonymousId", visitor);
        event.put("timestamp", Instant.now().toString());
        event.put("properties", properties);
        if (name != null) {
            event.put("name", name);
        }
        return event;
    }

    private static void send(Fixtures.Team team, List<Map<String, Object>> events) {
        team.track(events);
    }

    private static Answer erase(Fixtures.Team team, String visitor) {
        return team.asOwner().ask(ERASE, Map.of("input", Map.of("organization", team.id(), "visitor", visitor)));
    }

    private static @Nullable Object counts(Fixtures.Team team) {
        Instant now = Instant.now();
        return team.asOwner()
                .ask(
                        COUNTS,
                        Map.of(
                                "slug",
                                team.slug(),
                                "from",
                                now.minusSeconds(86400).toString(),
                                "to",
                                now.plusSeconds(86400).toString()))
                .succeeded()
                .at("organization");
    }

    /** Tables of tenants with a row of the organization that holds a text, in any column. */
    private List<String> tablesWith(Fixtures.Team team, String text) {
        List<String> found = new ArrayList<>();
        for (String table : superuser.texts("""
                select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1""")) {
            long rows = superuser.number(
                    "select count(*) from " + table + " t where t.organization_id = ? and strpos(t::text, ?) > 0",
                    uuid(team),
                    text);
            if (rows > 0) {
                found.add(table);
            }
        }
        return found;
    }

    private List<Map<String, Object>> export(Fixtures.Team team, String visitor)
            throws IOException, InterruptedException {
        HttpResponse<Stream<String>> answer =
                http.send(request(team.asOwner(), team.slug(), visitor), HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        List<Map<String, Object>> lines = new ArrayList<>();
        answer.body().forEach(line -> lines.add(object(line)));
        return lines;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> object(String line) {
        return (Map<String, Object>) Objects.requireNonNull(json.read(line));
    }

    private int status(Api.As caller, String organization, String visitor) throws IOException, InterruptedException {
        return http.send(request(caller, organization, visitor), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest request(Api.As caller, String organization, String visitor) {
        return caller.request(
                        "/v1/export/visitor?organization=" + encoded(organization) + "&visitor=" + encoded(visitor))
                .GET()
                .build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static UUID uuid(Fixtures.Team team) {
        return UUID.fromString(Worlds.uuid(team.id()));
    }
}
