package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.PlantedTraffic;
import dev.pulsegraph.support.PlantedTraffic.Visit;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Sessions one by one, and events that were not taken. */
@MicronautTest(transactional = false)
class SessionTest {
    private static final String YEAR = "{ from: \"2025-07-01T00:00:00Z\", to: \"2026-07-01T00:00:00Z\" }";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void a_session_tells_what_it_was() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(Visit.of("2026-01-05T10:00:00.5Z", "user:7")
                        .codes("ada", "mail", "c-1")
                        .views("home", 3)
                        .clicks(Map.of("contact.phone", "contact"))
                        .lasting(90)
                        .session("s-1"))
                .store();
        Answer answer = sessions(
                team.asOwner(),
                team,
                "range: " + YEAR,
                "nodes { id sessionId visitor userCode shareCode contactId firstSeen lastSeen seconds pageViews clicks referrer userAgent }");
        Map<?, ?> session =
                (Map<?, ?>) answer.list("organization.sessions.nodes").getFirst();
        assertThat(session.get("sessionId")).isEqualTo("s-1");
        assertThat(session.get("visitor")).isEqualTo("user:7");
        assertThat(List.of(session.get("userCode"), session.get("shareCode"), session.get("contactId")))
                .isEqualTo(List.of("ada", "mail", "c-1"));
        assertThat(List.of(session.get("firstSeen"), session.get("lastSeen")))
                .isEqualTo(List.of("2026-01-05T10:00:00.500Z", "2026-01-05T10:01:30.500Z"));
        assertThat(List.of(session.get("seconds"), session.get("pageViews"), session.get("clicks")))
                .isEqualTo(List.of(90, 3, 1));
        assertThat(session.get("referrer")).isEqualTo("https://social.example/");
        assertThat(session.get("userAgent")).isEqualTo("Mozilla/5.0 (Test)");

        String node = "query ($id: ID!) { node(id: $id) { id ... on Session { visitor } } }";
        Map<String, Object> id = Map.of("id", String.valueOf(session.get("id")));
        assertThat(team.asOwner().ask(node, id).succeeded().text("node.visitor"))
                .isEqualTo("user:7");
        assertThat(fixtures.team().asOwner().ask(node, id).succeeded().at("node"))
                .isNull();
    }

    @Test
    void codes_that_were_not_given_are_null() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(Visit.of("2026-01-05T10:00:00Z", "a"))
                .store();
        Answer answer = sessions(
                team.asOwner(), team, "range: " + YEAR, "nodes { sessionId userCode shareCode contactId seconds }");
        assertThat(answer.at("organization.sessions.nodes.0.seconds")).isEqualTo(0);
        for (String field : List.of("sessionId", "userCode", "shareCode", "contactId")) {
            assertThat(answer.at("organization.sessions.nodes.0." + field))
                    .as(field)
                    .isNull();
        }
    }

    @Test
    void pages_go_through_all_sessions_once_newest_first_while_others_begin() {
        var team = fixtures.team();
        var planted = new PlantedTraffic(team.id(), "UTC");
        for (int i = 0; i < 23; i++) {
            // Several months, and several at one instant: the id has to decide.
            planted.add(Visit.of("202%d-%02d-01T00:00:00Z".formatted(i < 10 ? 5 : 6, i < 10 ? 12 : 1 + i / 6), "v" + i)
                    .codes(i % 2 == 0 ? "ada" : "bob", "", ""));
        }
        planted.store();
        for (String of : List.of("", ", userCode: \"ada\"")) {
            List<String> seen = new ArrayList<>();
            List<String> times = new ArrayList<>();
            String after = "";
            Answer page;
            do {
                page = sessions(
                        team.asOwner(),
                        team,
                        "range: " + YEAR + ", first: 4" + of + after,
                        "nodes { visitor firstSeen } edges { cursor node { visitor } } pageInfo { hasNextPage hasPreviousPage endCursor }");
                assertThat(page.at("organization.sessions.pageInfo.hasPreviousPage"))
                        .isEqualTo(!after.isEmpty());
                page.list("organization.sessions.nodes").forEach(node -> {
                    seen.add(String.valueOf(((Map<?, ?>) node).get("visitor")));
                    times.add(String.valueOf(((Map<?, ?>) node).get("firstSeen")));
                });
                after = ", after: \"" + page.text("organization.sessions.pageInfo.endCursor") + "\"";
                // A newer session does not shift the pages that follow.
                superuser.execute("""
                        insert into analytics_sessions (organization_id, session_key, visitor, user_code, first_seen, last_seen, page_views, first_message_key)
                        values (?, gen_random_uuid(), 'newer', 'ada', '2026-04-30T00:00:00Z', '2026-04-30T00:00:00Z', 1, gen_random_uuid())""", UUID.fromString(Worlds.uuid(team.id())));
            } while (Boolean.TRUE.equals(page.at("organization.sessions.pageInfo.hasNextPage")));
            assertThat(seen.stream().filter(visitor -> !visitor.equals("newer")))
                    .containsExactlyInAnyOrderElementsOf(planted.visits().stream()
                            .filter(visit -> of.isEmpty() || visit.userCode().equals("ada"))
                            .map(Visit::visitor)
                            .toList());
            assertThat(times).isSortedAccordingTo(java.util.Comparator.reverseOrder());
            superuser.execute("delete from analytics_sessions where visitor = 'newer'");
        }
    }

    @Test
    void a_range_holds_its_first_instant_and_not_its_last() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(
                        Visit.of("2026-01-31T23:59:59.999999Z", "before"),
                        Visit.of("2026-02-01T00:00:00Z", "first"),
                        Visit.of("2026-02-28T23:59:59.999999Z", "last"),
                        Visit.of("2026-03-01T00:00:00Z", "after"))
                .store();
        Answer answer = sessions(
                team.asOwner(),
                team,
                "range: { from: \"2026-02-01T00:00:00Z\", to: \"2026-03-01T00:00:00Z\" }",
                "nodes { visitor }");
        assertThat(answer.list("organization.sessions.nodes"))
                .isEqualTo(List.of(Map.of("visitor", "last"), Map.of("visitor", "first")));
        assertThat(sessions(
                                team.asOwner(),
                                team,
                                "range: { from: \"2031-02-01T00:00:00Z\", to: \"2041-03-01T00:00:00Z\" }",
                                "nodes { visitor } pageInfo { hasNextPage endCursor }")
                        .list("organization.sessions.nodes"))
                .isEmpty();
    }

    @Test
    void what_cannot_be_asked_is_refused_by_its_name() {
        var team = fixtures.team();
        Map.of(
                        "range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-01T00:00:00Z\" }",
                        "range",
                        "range: " + YEAR + ", first: 0",
                        "first",
                        "range: " + YEAR + ", first: 201",
                        "first",
                        "range: " + YEAR + ", userCode: \"\"",
                        "userCode",
                        "range: " + YEAR + ", after: \"nowhere\"",
                        "after")
                .forEach((arguments, argument) -> assertThat(team.asOwner()
                                .ask(query(team, arguments, "nodes { id }"))
                                .failed("BAD_USER_INPUT")
                                .argument())
                        .as(arguments)
                        .isEqualTo(argument));
    }

    @Test
    void readers_read_sessions_and_keys_that_only_send_do_not() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(Visit.of("2026-01-05T10:00:00Z", "a"))
                .store();
        for (Api.As reader : List.of(team.as("VIEWER"), api.bearer(team.apiKey("READ")))) {
            assertThat(sessions(reader, team, "range: " + YEAR, "nodes { visitor }")
                            .list("organization.sessions.nodes"))
                    .hasSize(1);
        }
        for (Api.As other : List.of(fixtures.team().asOwner(), api.bearer(team.apiKey("INGEST")))) {
            assertThat(sessions(other, team, "range: " + YEAR, "nodes { visitor }")
                            .at("organization"))
                    .isNull();
        }
    }

    @Test
    void administrators_page_through_what_was_rejected_and_nobody_else_sees_any() {
        var team = fixtures.team();
        for (int i = 0; i < 5; i++) {
            superuser.execute(
                    "insert into rejected_events (organization_id, received_at, message_id, code, reason, body) values (?, now() - ? * interval '1 hour', ?, 'TOO_OLD', 'timestamp: it is too old.', cast(? as jsonb))",
                    UUID.fromString(Worlds.uuid(team.id())),
                    i / 2,
                    "m-" + i,
                    List.of("{\"event\": {\"a\": [1, null]}}", "[1, 2]", "\"text\"", "17", "null")
                            .get(i));
        }
        superuser.execute(
                "insert into rejected_events (organization_id, code, reason) values (?, 'BAD_FIELD', 'x: it is bad.')",
                UUID.fromString(Worlds.uuid(team.id())));
        List<Object> seen = new ArrayList<>();
        String after = "";
        Answer page;
        do {
            page = rejects(team.as("ADMIN"), team, "first: 2" + after);
            page.list("organization.rejectedEvents.nodes").forEach(seen::add);
            after = ", after: \"" + page.text("organization.rejectedEvents.pageInfo.endCursor") + "\"";
        } while (Boolean.TRUE.equals(page.at("organization.rejectedEvents.pageInfo.hasNextPage")));
        assertThat(seen).hasSize(6).doesNotHaveDuplicates();
        assertThat(seen.toString())
                .contains("messageId=m-0")
                .contains("body={event={a=[1, null]}}")
                .contains("body=[1, 2]")
                .contains("body=text")
                .contains("body=17");
        for (Api.As nobody :
                List.of(team.as("EDITOR"), team.as("VIEWER"), api.bearer(team.apiKey("READ", "WRITE", "INGEST")))) {
            assertThat(rejects(nobody, team, "first: 50").list("organization.rejectedEvents.nodes"))
                    .isEmpty();
        }
        assertThat(rejects(fixtures.team().asOwner(), team, "first: 50").at("organization"))
                .isNull();
    }

    private static Answer rejects(Api.As caller, Fixtures.Team team, String arguments) {
        return caller.ask(
                        "{ organization(slug: \"" + team.slug() + "\") { rejectedEvents(" + arguments
                                + ") { nodes { receivedAt messageId code reason body } pageInfo { hasNextPage endCursor } } } }")
                .succeeded();
    }

    private static Answer sessions(Api.As caller, Fixtures.Team team, String arguments, String selection) {
        return caller.ask(query(team, arguments, selection)).succeeded();
    }

    private static String query(Fixtures.Team team, String arguments, String selection) {
        return "{ organization(slug: \"" + team.slug() + "\") { sessions(" + arguments + ") { " + selection + " } } }";
    }
}
