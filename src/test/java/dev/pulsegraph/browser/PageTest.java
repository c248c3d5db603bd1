package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Fixtures.Team;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** From what somebody does on a page of another origin to the rows in the database. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
    private static final String VIEWS =
            "select user_code || ' ' || share_code || ' ' || contact_id || ' ' || page_type "
                    + "from analytics_page_views r";
    private static final String CLICKS = "select click_category || ' ' || click_target from analytics_clicks r";
    private static final String SESSIONS =
            "select user_code || ' ' || share_code || ' ' || page_views || ' ' || clicks from analytics_sessions r";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Demo demo;

    private Browser browser;
    private Team team;
    private Site site;

    @BeforeAll
    void start() {
        browser = Browser.start();
    }

    @BeforeEach
    void makeSite() {
        team = fixtures.team();
        site = new Site(
                api.uri("/p.js").toString(),
                team.apiKey("INGEST"),
                "data-user-code='olivia' data-share-code='fair' data-contact-id='c1'");
    }

    @AfterEach
    void leave() {
        browser.reset();
        site.close();
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void page_views_and_clicks_are_rows_of_one_session() {
        browser.open(site.url("/"));
        browser.click("#tracked");
        browser.run("history.pushState({}, '', '/work')");
        browser.click("#other");
        soon(VIEWS, "olivia fair c1 home", "olivia fair c1 home", "olivia fair c1 home");
        soon(CLICKS, "other " + site.host() + "/other", "social socialChannels.mastodon");
        soon(SESSIONS, "olivia fair 3 2");
        soon(
                "select total_sessions || ' ' || total_page_views || ' ' || total_clicks from analytics_daily_stats r",
                "1 3 2");
        soon("select user_agent from analytics_sessions r", Browser.USER_AGENT);
    }

    @Test
    void a_session_is_renewed_after_30_minutes() {
        browser.open(site.url("/"));
        soon(SESSIONS, "olivia fair 1 0");
        browser.setAhead(Duration.ofMinutes(29));
        browser.click("#tracked");
        soon(SESSIONS, "olivia fair 1 1");
        browser.setAhead(Duration.ofMinutes(60));
        browser.click("#tracked");
        soon(SESSIONS, "olivia fair 0 1", "olivia fair 1 1");
        soon("select count(distinct visitor) from analytics_sessions r", "1");
    }

    @Test
    void whoever_asks_not_to_be_tracked_leaves_no_row() {
        browser.beforeEveryPage("Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })");
        browser.open(site.url("/"));
        browser.click("#tracked");
        browser.letPass(Duration.ofMillis(500));
        browser.reset();
        browser.open(site.url("/other"));
        soon(VIEWS, "olivia fair c1 home");
        soon(CLICKS);
    }

    @Test
    void what_was_sent_twice_counts_once() {
        browser.beforeEveryPage("""
                const send = window.fetch;
                window.fetch = async (...request) => {
                  await send(...request);
                  window.answers = (window.answers || 0) + 1;
                  if (window.answers < 3) throw new TypeError('the answer got lost');
                  return send(...request);
                }""");
        browser.open(site.url("/"));
        browser.click("#tracked");
        until(() -> "{}".equals(answered()));
        soon(VIEWS, "olivia fair c1 home");
        soon(CLICKS, "social socialChannels.mastodon");
        soon(SESSIONS, "olivia fair 1 1");
        assertThat(Objects.toString(browser.run("return String(window.answers)")))
                .isNotIn("1", "2");
    }

    @Test
    void what_happened_offline_is_stored_later() {
        browser.open(site.url("/"));
        soon(VIEWS, "olivia fair c1 home");
        browser.setOffline(true);
        browser.click("#tracked");
        browser.letPass(Duration.ofMillis(300));
        soon(CLICKS);
        browser.setOffline(false);
        soon(CLICKS, "social socialChannels.mastodon");
    }

    @Test
    void the_last_click_before_a_page_is_left_is_stored() {
        browser.beforeEveryPage("window.fetch = () => new Promise(() => {})");
        browser.open(site.url("/"));
        browser.click("#tracked");
        soon(CLICKS);
        browser.open("about:blank");
        soon(CLICKS, "social socialChannels.mastodon");
        soon(VIEWS, "olivia fair c1 home");
    }

    @Test
    void what_has_no_good_form_is_brought_into_one_and_the_console_told() {
        browser.beforeEveryPage("""
                window.warned = [];
                console.warn = (...words) => window.warned.push(words.join(' '))""");
        browser.open(site.url("/"));
        soon(VIEWS, "olivia fair c1 home");
        assertThat(browser.run("return window.warned.length")).isEqualTo(0L);
        browser.run("""
                document.querySelector('script[data-key]').dataset.pageType = ' Über Home Page!';
                history.pushState({}, '', '/work')""");
        soon(VIEWS, "olivia fair c1 ber-home-page", "olivia fair c1 home");
        browser.run("""
                const button = document.querySelector('#tracked');
                button.dataset.track = 'contact.' + 'x'.repeat(292);
                button.dataset.trackCategory = 'sozial';
                button.click()""");
        soon(CLICKS, "contact contact." + "x".repeat(247));
        until(() -> Objects.toString(browser.run("return window.warned.join()")).contains("sozial"));
        assertThat(Objects.toString(browser.run("return window.warned.join()")))
                .contains("`ber-home-page`", "cut to 255 characters", "`sozial` is unknown");
    }

    @Test
    void events_of_a_page_are_rows_of_the_user_they_are_of() {
        browser.open(site.url("/"));
        browser.run("pulsegraph.track('Signed up', { plan: 'pro' }); pulsegraph.identify('ann', { company: 'Acme' });"
                + " pulsegraph.track('Paid', { amount: 9.5 })");
        soon(
                "select concat_ws(' ', type, name, user_id, nullif(user_code, ''), properties -> 'plan', properties -> 'company',"
                        + " properties -> 'amount') from analytics_events r",
                "identify ann \"Acme\"",
                "track Paid ann olivia 9.5",
                "track Signed up olivia \"pro\"");
        soon("select count(distinct anonymous_id)::text from analytics_events r", "1");
    }

    @Test
    void a_page_that_keeps_nothing_has_a_session_of_the_visitor_of_the_day() {
        site.close();
        site = new Site(
                api.uri("/p.js").toString(), team.apiKey("INGEST"), "data-storage='none' data-user-code='olivia'");
        browser.open(site.url("/"));
        browser.click("#tracked");
        browser.click("#other");
        soon(SESSIONS, "olivia  2 2");
        soon(
                "select left(visitor, 6) || ' ' || (session_id is null) || ' ' || (ip_address is null)"
                        + " from analytics_sessions r",
                "daily: true true");
        assertThat(browser.run("return localStorage.length")).isEqualTo(0L);
    }

    @Test
    void the_demo_page_shows_what_was_acknowledged() {
        demo.load();
        browser.open(api.uri("/demo/").toString());
        browser.click("[data-track='socialChannels.mastodon']");
        browser.click("[data-view=work]");
        until(() -> {
            String shown = browser.text("#receipts");
            return shown.contains("page card")
                    && shown.contains("click socialChannels.mastodon")
                    && shown.contains("page portfolio")
                    && shown.contains("stored");
        });
        assertThat(browser.text("#work")).contains("The rocket");
        assertThat(superuser.number("""
                select count(*) from analytics_clicks r join organizations o on o.id = r.organization_id
                where o.slug = 'acme' and click_target = 'socialChannels.mastodon'""")).isPositive();
    }

    /** How many events of this page have no answer. */
    private String answered() {
        return Objects.toString(browser.run(
                "return JSON.stringify(Object.assign({}, JSON.parse(Object.values(localStorage)[0] || '[]')[3]))"));
    }

    /** Waits until the database has exactly these for the team. */
    private void soon(String select, String... expected) {
        Supplier<List<String>> rows = () -> superuser
                .texts(
                        select + " where organization_id = (select id from organizations where slug = ?) order by 1",
                        team.slug())
                .stream()
                .map(String::valueOf)
                .toList();
        until(() -> rows.get().equals(List.of(expected)));
        assertThat(rows.get()).containsExactly(expected);
    }

    private void until(Supplier<Boolean> isSo) {
        for (int i = 0; i < 100 && !isSo.get(); i++) {
            browser.letPass(Duration.ofMillis(50));
        }
    }
}
