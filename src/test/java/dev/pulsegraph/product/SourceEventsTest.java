package dev.pulsegraph.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.job.Jobs;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.RoleSql;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events by the names of the sources: written by SQL, read by SQL and by the API. */
@MicronautTest(transactional = false)
class SourceEventsTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Jobs jobs;

    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    @Test
    void events_of_source_002_are_there_at_once_and_are_counted_once() throws SQLException {
        asOwner("""
                insert into analytics.analytics_events (event_type, event_source, event_timestamp, event_data, user_id, niche_id)
                values ('search', 'web', now(), '{"query": "soup"}', '42', 7), ('search', 'app', now(), '{"query": "tea"}', null, null)""");
        String all =
                "select event_type, event_source, event_data ->> 'query', user_id, niche_id, event_id is not null, created_at is not null"
                        + " from analytics.analytics_events order by event_source";
        List<String> told = List.of("search app tea null null t t", "search web soup 42 7 t t");
        assertThat(asOwner(all)).as("while they wait").isEqualTo(told);
        drain();
        assertThat(asOwner("select count(*) from event_inbox")).containsExactly("0");
        assertThat(asOwner(all)).as("when they are taken in").isEqualTo(told);
        drain();
        assertThat(count("search")).isEqualTo("2 2");
    }

    @Test
    void events_of_source_003_count_as_traffic() throws SQLException {
        String event = """
                insert into events (id, website_id, visitor_id, session_id, event_type, page, referrer, user_agent, ip_address, country, utm_source,
                  time_on_page, properties, timestamp)
                values ('0b0c5f0e-9a5c-4f5e-9f0e-3c6f1a2b4c5d', '%s', 'v1', 's1', 'pageview', '/pricing', 'https://social.example/', 'Mozilla/5.0',
                  '192.0.2.7', 'DE', 'mail', 12, '{"plan": "pro"}', now())""".formatted(team.slug());
        asOwner(event);
        asOwner(event);
        asOwner("insert into events (visitor_id, event_type, properties) values ('v1', 'Signed Up', '{}')");
        assertThat(
                        asOwner(
                                "select event_type, page, country, utm_source, time_on_page, session_id, ip_address from events order by event_type collate \"C\" desc"))
                .containsExactly("pageview /pricing DE mail 12 s1 null", "Signed Up null null null null null null");
        drain();
        asOwner(event);
        drain();
        assertThat(
                        asOwner(
                                "select event_type, page, country, utm_source, time_on_page, session_id, ip_address from events order by event_type collate \"C\" desc"))
                .as("told once more when it was counted")
                .containsExactly("pageview /pricing DE mail 12 s1 null", "Signed Up null null null null null null");
        assertThat(team.asOwner()
                        .ask(
                                "{ organization(slug: \"" + team.slug()
                                        + "\") { dailyStats(range: { last: 2, unit: DAY }) { totals { pageViews visitors sessions } } } }")
                        .succeeded()
                        .at("organization.dailyStats.totals"))
                .hasToString("{pageViews=1, visitors=1, sessions=1}");
        assertThat(asOwner("select event_type, count from custom_events_aggregated"))
                .containsExactly("Signed Up 1");
    }

    @Test
    void statistics_of_source_003_are_there_by_hours_and_by_days_of_the_organization() throws SQLException {
        superuser.execute("update organizations set time_zone = 'Asia/Kathmandu' where slug = ?", team.slug());
        String day = LocalDate.now(ZoneOffset.UTC).minusDays(3).toString();
        String event = "('%s', '%s', '%s', '" + day + "T%sZ', '%s', %s, '%s')";
        // The day begins at 18:15 in UTC, an hour at 15 minutes past.
        asOwner(
                "insert into events (visitor_id, session_id, event_type, timestamp, utm_source, time_on_page, user_agent) values "
                        + String.join(
                                ", ",
                                event.formatted("a", "1", "pageview", "10:20:00", "mail", 10, "Mozilla/5.0"),
                                event.formatted("a", "1", "pageview", "11:10:00", "mail", 20, "Mozilla/5.0"),
                                event.formatted("a", "1", "Signed Up", "11:10:00", "mail", "null", "Mozilla/5.0"),
                                event.formatted("b", "2", "pageview", "11:20:00", "", "null", "Mozilla/5.0"),
                                event.formatted("b", "3", "pageview", "11:59:00", "", "null", "Mozilla/5.0"),
                                event.formatted("bot", "4", "pageview", "11:30:00", "", "null", "Googlebot/2.1"),
                                event.formatted("a", "5", "pageview", "18:15:00", "", "null", "Mozilla/5.0")));
        drain();
        String columns =
                "page_views, unique_visitors, sessions, round(avg_time_on_page), direct_visits, utm_visits, custom_events, new_visitors,"
                        + " bot_visits";
        assertThat(asOwner("select to_char(time_period at time zone 'UTC', 'HH24:MI'), " + columns
                        + " from events_hourly where website_id = '" + team.slug() + "' order by time_period"))
                .containsExactly(
                        "10:15 2 1 1 15 0 1 1 1 0", "11:15 2 1 2 null 2 0 0 1 1", "18:15 1 1 1 null 1 0 0 0 0");
        assertThat(asOwner("select to_char(time_period at time zone 'UTC', 'HH24:MI'), " + columns
                        + " from events_daily order by time_period"))
                .containsExactly("18:15 4 2 3 15 2 1 1 2 1", "18:15 1 1 1 null 1 0 0 0 0");
        assertThat(run(userOf(fixtures.team()), "select count(*) from events_daily"))
                .containsExactly("0");
        superuser.execute(
                "delete from analytics_page_views v using organizations o where o.id = v.organization_id and o.slug = ?",
                team.slug());
        superuser.execute(
                "delete from analytics_sessions s using organizations o where o.id = s.organization_id and o.slug = ?",
                team.slug());
        assertThat(asOwner("select " + columns + " from events_daily order by time_period limit 1"))
                .as("when raw events are gone")
                .containsExactly("4 null null null null null 1 null 1");
    }

    @Test
    void what_is_wrong_with_one_event_leaves_the_others() throws SQLException {
        asOwner("""
                insert into analytics.analytics_events (event_type, event_source, event_timestamp, event_data, user_id)
                values ('good', 'web', now(), '{}', '1'), ('old', 'web', now() - interval '5 years', '{}', '1'), (null, 'web', now(), '{}', '1'),
                  ('no object', 'web', now(), '[1, 2]', '1')""");
        drain();
        assertThat(asOwner("select event_type, event_data::text from analytics.analytics_events order by 1"))
                .containsExactly("good {}", "no object {\"value\": [1, 2]}");
        assertThat(team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { rejectedEvents { nodes { code } } } }")
                        .succeeded()
                        .list("organization.rejectedEvents.nodes"))
                .hasSize(2);
    }

    @Test
    void an_event_that_cannot_be_written_by_a_fault_of_ours_stays_and_holds_up_no_other() throws SQLException {
        superuser.execute("""
                create function break_events() returns trigger language plpgsql as
                'begin raise exception ''broken''; end'""");
        superuser.execute("""
                create trigger break before insert on analytics_events for each row when (new.name = 'broken')
                execute function break_events()""");
        try {
            asOwner(
                    "insert into events (visitor_id, event_type) values ('v', 'before'), ('v', 'broken'), ('v', 'after')");
            assertThatThrownBy(this::drain).hasStackTraceContaining("broken");
            assertThat(asOwner("select event ->> 'event' from event_inbox")).containsExactly("broken");
            assertThat(names()).containsExactlyInAnyOrder("{name=before}", "{name=after}");
        } finally {
            superuser.execute("drop function break_events() cascade");
        }
        drain();
        assertThat(names()).containsExactlyInAnyOrder("{name=before}", "{name=after}", "{name=broken}");
        assertThat(asOwner("select count(*) from event_inbox")).containsExactly("0");
    }

    @Test
    void only_editors_of_the_organization_insert() throws SQLException {
        Fixtures.Team others = fixtures.team();
        String insert = "insert into events (website_id, visitor_id, event_type) values ('%s', 'v', 'a')";
        assertThatThrownBy(() -> run(userOf(others), insert.formatted(team.slug())))
                .hasMessageContaining("website_id: `" + team.slug() + "` is not the slug");
        assertThatThrownBy(() -> run(
                        userOf(others),
                        "insert into analytics.analytics_events (event_type, event_source, event_timestamp, event_data, organization_id)"
                                + " values ('a', 'b', now(), '{}', '" + idOf(team) + "')"))
                .hasMessageContaining("row-level security");
        assertThat(run(userOf(others), "select count(*) from events")).containsExactly("0");
        team.member("VIEWER");
        assertThatThrownBy(() -> run(userOf(team, "viewer"), insert.formatted(team.slug())))
                .hasMessageContaining("row-level security");
        assertThatThrownBy(() -> asOwner("update analytics.analytics_events set event_type = 'x'"))
                .isInstanceOf(SQLException.class);
    }

    private String count(String name) {
        var answer = team.asOwner()
                .ask("{ organization(slug: \"" + team.slug()
                        + "\") { eventNames(range: { from: \"2020-01-01T00:00:00Z\", to:"
                        + " \"2100-01-01T00:00:00Z\" }) { name count visitors } } }")
                .succeeded();
        assertThat(answer.text("organization.eventNames.0.name")).isEqualTo(name);
        return answer.text("organization.eventNames.0.count") + " " + answer.text("organization.eventNames.0.visitors");
    }

    private List<String> names() {
        return team
                .asOwner()
                .ask(
                        "{ organization(slug: \"" + team.slug()
                                + "\") { events(range: { from: \"2020-01-01T00:00:00Z\", to: \"2100-01-01T00:00:00Z\" }) { nodes { name } } } }")
                .succeeded()
                .list("organization.events.nodes")
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private void drain() {
        jobs.get("traffic.inbox").run();
    }

    private String idOf(Fixtures.Team one) {
        return superuser.text("select id::text from organizations where slug = ?", one.slug());
    }

    private String userOf(Fixtures.Team one) {
        return userOf(one, "owner");
    }

    private String userOf(Fixtures.Team one, String role) {
        return superuser.text(
                "select m.user_id::text from organization_members m join organizations o on o.id = m.organization_id"
                        + " where o.slug = ? and m.role = ?",
                one.slug(),
                role);
    }

    private List<String> asOwner(String sql) throws SQLException {
        return run(userOf(team), sql);
    }

    private List<String> run(String user, String sql) throws SQLException {
        return RoleSql.of(superuser, user).run(sql);
    }
}
