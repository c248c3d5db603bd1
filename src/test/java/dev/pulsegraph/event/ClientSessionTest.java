package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that a client names. */
@MicronautTest(transactional = false)
class ClientSessionTest {
    private static final Duration DAY = Duration.ofHours(24);

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private final Instant begin = Instant.now().minus(Duration.ofDays(60));
    private Fixtures.Team team;
    private String key;
    private int sent;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        key = team.apiKey("INGEST");
    }

    @Test
    void a_session_belongs_to_its_visitor() {
        send(view("ann", begin), view("ann", begin.plusSeconds(60)), view("bob", begin.plusSeconds(30)));
        assertThat(sessions()).containsExactly("ann 1795737600 2 views 60 s", "bob 1795737600 1 views 0 s");
        assertThat(superuser.number(
                        "select bounces from analytics_daily_stats where organization_id = ?", organization()))
                .isEqualTo(1);
    }

    @Test
    void a_session_ends_after_a_day_without_a_view_or_click() {
        Instant second = begin.plus(DAY);
        Instant third = second.plus(DAY).plusMillis(1);
        send(view("ann", begin), view("ann", second));
        send(view("ann", third), view("ann", begin.plus(Duration.ofDays(40))));
        assertThat(sessions())
                .containsExactly(
                        "ann 1795737600 1 views 0 s", "ann 1795737600 1 views 0 s", "ann 1795737600 2 views 86400 s");
    }

    @Test
    void a_late_event_makes_one_session_of_two() {
        send(view("ann", begin), view("ann", begin.plus(Duration.ofHours(40))));
        assertThat(sessions()).hasSize(2);
        send(view("ann", begin.plus(Duration.ofHours(20))));
        assertThat(sessions()).containsExactly("ann 1795737600 3 views 144000 s");
    }

    private Map<String, Object> view(String visitor, Instant at) {
        return Map.of(
                "type",
                "page",
                "messageId",
                "m-" + sent++,
                "anonymousId",
                visitor,
                "timestamp",
                at.toString(),
                "context",
                Map.of("sessionId", 1795737600));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private final void send(Map<String, Object>... events) {
        assertThat(api.send(Events.request(api.uri("/v1/batch"), key, Events.batch(List.of(events))))
                        .body())
                .containsEntry("accepted", events.length);
    }

    private UUID organization() {
        return UUID.fromString(superuser.text("select id from organizations where slug = ?", team.slug()));
    }

    private List<String> sessions() {
        return superuser.texts("""
                        select concat_ws(' ', visitor, session_id, page_views, 'views', extract(epoch from last_seen - first_seen)::int, 's')
                        from analytics_sessions where organization_id = ? order by 1""", organization()).stream()
                .map(String::valueOf)
                .toList();
    }
}
