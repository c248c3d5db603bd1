package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.datasketches.hll.HllSketch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscription.trafficUpdates: today, as the rollup of days has it. */
@MicronautTest(transactional = false)
class TrafficUpdatesTest {
    private static final String DAY = """
            insert into analytics_daily_stats
              (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds, visitors)
            select z.organization_id, (now() at time zone z.time_zone)::date + ?, ?, 20, 5, 1, 90, ?
            from rollup_zones z where z.rollup = 'traffic' and z.organization_id = ?
            on conflict (organization_id, date, user_code, share_code, contact_id, level)
            do update set total_sessions = excluded.total_sessions""";

    @Inject
    Api api;

    @Inject
    Json json;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Clock clock;

    private Fixtures.Team team;
    private UUID organization;

    @BeforeEach
    void begin() {
        team = fixtures.team();
        organization = GlobalId.decode("id", team.id()).uuid();
    }

    @Test
    void today_is_told_at_once_and_whenever_its_rollup_changes() {
        try (var socket = subscribed(team.asOwner())) {
            assertThat(totals(socket)).isEqualTo(totals(0, 0, 0, 0, 0, 0));
            write(0, 4);
            assertThat(totals(socket)).isEqualTo(totals(4, 20, 5, 2, 22.5, 0.25));
            write(0, 3);
            assertThat(totals(socket)).isEqualTo(totals(3, 20, 5, 2, 30, 1 / 3.0));
            superuser.execute("delete from analytics_daily_stats where organization_id = ?", organization);
            assertThat(totals(socket)).isEqualTo(totals(0, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void an_event_is_seen_as_soon_as_it_is_written() {
        try (var socket = subscribed(team.asOwner())) {
            assertThat(totals(socket).get("pageViews")).isEqualTo(0);
            for (int i = 1; i <= 2; i++) {
                team.asOwner()
                        .ask(
                                """
                                mutation ($input: TrackEventsInput!) { trackEvents(input: $input) { receipts { status } } }""",
                                Map.of(
                                        "input",
                                        Map.of(
                                                "organization",
                                                team.id(),
                                                "events",
                                                List.of(Map.of(
                                                        "messageId",
                                                        "m" + i,
                                                        "type",
                                                        "PAGE",
                                                        "anonymousId",
                                                        "visitor " + i,
                                                        "timestamp",
                                                        clock.instant().toString())))))
                        .succeeded();
                Map<?, ?> totals = totals(socket);
                assertThat(totals.get("pageViews")).isEqualTo(i);
                assertThat(totals.get("sessions")).isEqualTo(i);
                assertThat(totals.get("visitors")).isEqualTo(i);
                assertThat(totals.get("bounceRate")).isEqualTo(1.0);
            }
        }
    }

    @Test
    void other_days_and_other_organizations_are_not_told() {
        UUID other = GlobalId.decode("id", fixtures.team().id()).uuid();
        write(-1, 7);
        try (var socket = subscribed(team.asOwner())) {
            assertThat(totals(socket).get("sessions")).isEqualTo(0);
            write(-1, 8);
            write(1, 9);
            superuser.execute(DAY, 0, 5, sketch(), other);
            assertThat(socket.during(Duration.ofSeconds(3))).isEmpty();
        }
    }

    /** They are 25 hours apart, so in one of them it is another day than in UTC. */
    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Kiritimati", "Pacific/Niue"})
    void the_day_is_that_of_the_organization(String zone) {
        superuser.execute("update rollup_zones set time_zone = ? where organization_id = ?", zone, organization);
        write(0, 6);
        try (var socket = subscribed(team.asOwner())) {
            assertThat(totals(socket).get("sessions")).isEqualTo(6);
        }
    }

    @Test
    void every_role_may_listen_and_a_key_that_reads() {
        for (Api.As somebody : List.of(team.as("VIEWER"), team.as("MEMBER"), api.bearer(team.apiKey("READ")))) {
            try (var socket = subscribed(somebody)) {
                assertThat(totals(socket).get("clicks")).isEqualTo(0);
            }
        }
    }

    @Test
    void nobody_else_may() {
        for (Api.As somebody : List.of(
                fixtures.team().asOwner(),
                api.as("stranger@nowhere.example"),
                api.asOperator("operator@nowhere.example"),
                api.bearer(team.apiKey("INGEST")))) {
            somebody.ask(query()).failed("NOT_FOUND");
        }
        team.asOwner()
                .ask(query().replace(team.id(), GlobalId.encode("Organization", UUID.randomUUID())))
                .failed("NOT_FOUND");
        team.asOwner().ask(query().replace(team.id(), "nonsense")).failed("BAD_USER_INPUT");
    }

    private void write(int day, int sessions) {
        superuser.execute(DAY, day, sessions, sketch(), organization);
    }

    private static byte[] sketch() {
        HllSketch sketch = HllSketches.sketch(new byte[0]);
        sketch.update("one");
        sketch.update("another");
        return sketch.toCompactByteArray();
    }

    private GraphQLSocket subscribed(Api.As somebody) {
        GraphQLSocket socket = GraphQLSocket.ready(json, somebody);
        socket.subscribe("1", query());
        return socket;
    }

    private String query() {
        return "subscription { trafficUpdates(organization: \"" + team.id()
                + "\") { sessions pageViews clicks visitors averageSessionSeconds bounceRate } }";
    }

    private static Map<?, ?> totals(GraphQLSocket socket) {
        GraphQLSocket.Message message = socket.expect("next");
        return message.at("payload.data.trafficUpdates") instanceof Map<?, ?> totals
                ? totals
                : Map.of("instead", message.text());
    }

    private static Map<?, ?> totals(
            int sessions, int pageViews, int clicks, int visitors, double averageSessionSeconds, double bounceRate) {
        return Map.of(
                "sessions",
                sessions,
                "pageViews",
                pageViews,
                "clicks",
                clicks,
                "visitors",
                visitors,
                "averageSessionSeconds",
                averageSessionSeconds,
                "bounceRate",
                bounceRate);
    }
}
