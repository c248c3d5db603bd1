package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Views and clicks of sessions that no event told of. */
@MicronautTest(transactional = false)
class TrafficIncrementTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final String BOUNCES = """
            select concat_ws(' ', (select sum(bounces) from traffic_quarter_hours where organization_id = x.id),
              (select sum(bounces) from analytics_daily_stats where organization_id = x.id),
              (select sum(bounces) from analytics_daily_user_stats where organization_id = x.id),
              (select sum(bounces) from analytics_daily_group_stats where organization_id = x.id),
              (select sum(bounces) from analytics_daily_contact_stats where organization_id = x.id))
            from (select ?::uuid as id) x""";

    @Inject
    EventWriter writer;

    @Inject
    TrafficUpkeep upkeep;

    @Inject
    OperationTransaction transaction;

    @Inject
    Superuser superuser;

    private TrafficWorld world;
    private UUID organization;
    private UUID other;
    private int told;

    @BeforeEach
    void tell() {
        world = new WrittenTrafficWorld(writer, transaction, superuser);
        world.receivedAt = Instant.parse("2026-03-10T00:00:00Z");
        organization = world.createOrganization("Asia/Kathmandu");
        other = world.createOrganization("UTC");
        world.tell(List.of(view(organization, "s1", NOON), view(organization, "s2", NOON), view(other, "s1", NOON)));
    }

    @Test
    void each_time_a_session_is_listed_counts_and_unknown_ones_are_ignored() throws SQLException {
        asWorker("select increment_session_page_views(array['s1', 's9', 's1', null], 2, '" + organization + "')");
        asWorker("select increment_session_clicks(array['s1'], organization => '" + organization + "')");
        assertThat(sessions(organization)).containsExactly("s1 5 1", "s2 1 0");
        assertThat(sessions(other)).containsExactly("s1 1 0");
    }

    @Test
    void a_session_of_more_than_a_view_is_no_bounce_in_any_table_and_a_recount_agrees() throws SQLException {
        assertThat(superuser.text(BOUNCES, organization)).isEqualTo("2 2 2 2 2");
        asWorker("select increment_session_clicks(array['s1'], 1, '" + organization + "')");
        assertThat(superuser.text(BOUNCES, organization)).isEqualTo("1 1 1 1 1");
        assertThat(recount()).isEqualTo(TrafficDrift.NONE);
        asWorker("select increment_session_page_views(array['s2', 's1'], 1, '" + organization + "')");
        assertThat(superuser.text(BOUNCES, organization)).isEqualTo("0 0 0 0 0");
        assertThat(recount()).isEqualTo(TrafficDrift.NONE);
        assertThat(superuser.text(BOUNCES, other)).isEqualTo("1 1 1 1 1");
    }

    @Test
    void later_events_add_to_what_was_added() throws SQLException {
        asWorker("select increment_session_page_views(array['s1'], 3, '" + organization + "')");
        world.tell(List.of(
                view(organization, "s1", NOON.minusSeconds(3600)), view(organization, "s1", NOON.plusSeconds(9))));
        assertThat(sessions(organization)).containsExactly("s1 6 0", "s2 1 0");
        assertThat(superuser.text(BOUNCES, organization)).isEqualTo("1 1 1 1 1");
        assertThat(recount()).isEqualTo(TrafficDrift.NONE);
    }

    @Test
    void a_stranger_adds_nothing_and_nobody_adds_less_than_nothing() {
        assertThatThrownBy(() ->
                        as("pulsegraph_api", "select increment_session_clicks(array['s1'], 1, '" + organization + "')"))
                .hasMessageContaining("may not send events");
        assertThatThrownBy(() -> as("pulsegraph_api", "select increment_session_clicks(array['s1'])"))
                .hasMessageContaining("organization: ");
        assertThatThrownBy(() -> asWorker("select increment_session_clicks(array['s1'])"))
                .hasMessageContaining("organization: ");
        assertThatThrownBy(() -> asWorker("select increment_session_clicks(array['s1'], -1, '" + organization + "')"))
                .hasMessageContaining("increment: ");
        assertThat(sessions(organization)).containsExactly("s1 1 0", "s2 1 0");
    }

    private TrafficDrift recount() {
        return transaction.asWorker(
                Duration.ofSeconds(30), () -> upkeep.recount(organization, LocalDate.parse("2026-03-02")));
    }

    private List<String> sessions(UUID of) {
        return superuser
                .texts(
                        "select concat_ws(' ', session_id, page_views, clicks) from analytics_sessions where organization_id = ? order by 1",
                        of)
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private void asWorker(String sql) throws SQLException {
        as("pulsegraph_worker", sql);
    }

    private void as(String role, String sql) throws SQLException {
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "set local role " + role + "; select set_config('app.user_id', '" + UUID.randomUUID() + "', true)");
            statement.execute(sql);
            connection.commit();
        }
    }

    private VisitorEvent view(UUID of, String session, Instant at) {
        return new VisitorEvent(
                of,
                "i" + told++,
                "page",
                null,
                "ann",
                null,
                session,
                "ada",
                null,
                "eve",
                "home",
                null,
                null,
                at,
                false,
                null,
                null);
    }
}
