package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.browser.Site.Event;
import dev.pulsegraph.browser.Site.Sent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the snippet does in a page, whatever the server says to it. */
class SnippetTest extends SnippetPages {
    private static final String STORED = "return Object.values(localStorage).join()";

    @Test
    void a_page_view_says_who_saw_what_and_when() {
        Site site = site("data-user-code='olivia' data-share-code='fair' data-contact-id='c1' data-plan='pro'");
        browser.open(site.url("/card?lang=en#part"));
        Sent sent = site.next();
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.contentType()).isEqualToIgnoringCase("text/plain;charset=UTF-8");
        assertThat(sent.body().get("writeKey")).isEqualTo(Site.KEY);
        Event view = sent.events().getFirst();
        assertThat(view.at("type")).isEqualTo("page");
        assertThat(view.at("properties"))
                .isEqualTo(Map.of(
                        "userCode",
                        "olivia",
                        "shareCode",
                        "fair",
                        "contactId",
                        "c1",
                        "pageType",
                        "home",
                        "plan",
                        "pro"));
        assertThat(view.at("context.page"))
                .isEqualTo(Map.of("url", site.url("/card?lang=en"), "title", "Page /card", "referrer", ""));
        assertThat(view.messageId()).hasSizeBetween(10, 100);
        assertThat(view.text("anonymousId")).hasSizeBetween(10, 100);
        assertThat(view.session()).hasSizeBetween(10, 100);
        Instant sentAt = Instant.parse(String.valueOf(sent.body().get("sentAt")));
        assertThat(Instant.parse(view.text("timestamp"))).isBetween(sentAt.minusSeconds(10), sentAt);
    }

    @Test
    void a_click_on_a_link_names_its_host_and_path_and_is_not_lost_with_the_page() {
        Site site = site("");
        browser.open(site.url("/"));
        Event view = site.event();
        browser.click("#other");
        Event click = site.event();
        assertThat(click.at("type")).isEqualTo("track");
        assertThat(click.at("properties.clickTarget")).isEqualTo(site.host() + "/other");
        assertThat(click.at("context.page.url")).isEqualTo(site.url("/"));
        Event other = site.event();
        assertThat(other.at("context.page.url")).isEqualTo(site.url("/other?from=here"));
        assertThat(other.at("context.page.referrer")).isEqualTo(site.url("/"));
        assertThat(List.of(click.session(), other.session())).containsOnly(view.session());
        assertThat(other.text("anonymousId")).isEqualTo(view.text("anonymousId"));
    }

    @Test
    void a_click_on_something_tracked_carries_its_name_and_category() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.click("#within");
        Event click = site.event();
        assertThat(click.at("event")).isEqualTo("Click");
        assertThat(click.at("properties"))
                .isEqualTo(Map.of(
                        "clickTarget", "socialChannels.mastodon", "clickCategory", "social", "pageType", "home"));
    }

    @Test
    void a_click_elsewhere_is_nobodys_business() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.click("#untracked");
        browser.click("#script");
        browser.click("#tracked");
        assertThat(site.event().at("properties.clickTarget")).isEqualTo("socialChannels.mastodon");
    }

    @Test
    void an_address_for_mail_is_a_link_too() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("""
                const mail = document.querySelector('#mail');
                mail.addEventListener('click', event => event.preventDefault());
                mail.click()""");
        assertThat(site.event().at("properties.clickTarget")).isEqualTo("olivia@acme.example");
    }

    @Test
    void a_navigation_within_the_page_is_a_page_view() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("""
                history.pushState({}, '', '/work');
                document.title = 'Work';
                document.querySelector('script[data-key]').dataset.pageType = 'portfolio'""");
        Event work = site.event();
        assertThat(work.at("type")).isEqualTo("page");
        assertThat(work.at("properties.pageType")).isEqualTo("portfolio");
        assertThat(work.at("context.page"))
                .isEqualTo(Map.of("url", site.url("/work"), "title", "Work", "referrer", site.url("/")));
        browser.run("history.pushState({}, '', '#part'); history.replaceState({}, '', '/work#other')");
        browser.run("history.go(-2)");
        assertThat(site.event().at("context.page.url")).isEqualTo(site.url("/"));
    }

    @Test
    void a_change_of_the_hash_is_a_page_view_of_a_site_that_routes_by_it() {
        Site site = site("data-hash-routing");
        browser.open(site.url("/app?lang=en#/inbox"));
        Event inbox = site.event();
        assertThat(inbox.at("context.page.url")).isEqualTo(site.url("/app?lang=en#/inbox"));
        assertThat(inbox.at("properties")).isEqualTo(Map.of("pageType", "home"));
        browser.run("location.hash = '/sent'");
        assertThat(site.event().at("context.page"))
                .isEqualTo(Map.of(
                        "url",
                        site.url("/app?lang=en#/sent"),
                        "title",
                        "Page /app",
                        "referrer",
                        site.url("/app?lang=en#/inbox")));
        browser.run("location.hash = '/sent'; history.pushState({}, '', '#/new')");
        assertThat(site.event().at("context.page.url")).isEqualTo(site.url("/app?lang=en#/new"));
        browser.run("history.back()");
        assertThat(site.event().at("context.page.url")).isEqualTo(site.url("/app?lang=en#/sent"));
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
    }

    @Test
    void a_hash_is_no_part_of_the_address_of_any_other_site() {
        Site site = site("");
        browser.open(site.url("/app#/inbox"));
        assertThat(site.event().at("context.page.url")).isEqualTo(site.url("/app"));
        browser.run("location.hash = '/sent'; history.pushState({}, '', '#/new')");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
    }

    @Test
    void a_replaced_address_is_a_page_view_where_the_site_says_so() {
        Site site = site("data-replace-state");
        browser.open(site.url("/"));
        site.event();
        browser.run("history.replaceState({}, '', '/tab/2')");
        Event tab = site.event();
        assertThat(tab.at("context.page.url")).isEqualTo(site.url("/tab/2"));
        assertThat(tab.at("properties")).isEqualTo(Map.of("pageType", "home"));
        browser.run("history.replaceState({ scroll: 10 }, '', '/tab/2#part')");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        assertThat(browser.run("return history.state.scroll")).isEqualTo(10L);
    }

    @Test
    void a_replaced_address_is_no_page_view_of_any_other_site() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("history.replaceState({ scroll: 10 }, '', '/tab/2')");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        assertThat(browser.run("return history.state.scroll")).isEqualTo(10L);
    }

    @Test
    void a_long_title_is_cut_between_characters() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("document.title = 'x'.repeat(98) + '\\u{1f600}\\u{1f600}'; history.pushState({}, '', '/work')");
        assertThat(site.event().at("context.page.title")).isEqualTo("x".repeat(98) + "\uD83D\uDE00");
    }

    @Test
    void a_session_ends_after_30_minutes_without_an_event() {
        Site site = site("");
        browser.open(site.url("/"));
        Event first = site.event();
        browser.setAhead(Duration.ofMinutes(29));
        browser.open(site.url("/other"));
        Event second = site.event();
        browser.setAhead(Duration.ofMinutes(58));
        browser.click("#tracked");
        Event third = site.event();
        browser.setAhead(Duration.ofMinutes(89));
        browser.click("#tracked");
        Event fourth = site.event();
        assertThat(List.of(second.session(), third.session())).containsOnly(first.session());
        assertThat(fourth.session()).isNotEqualTo(first.session());
        assertThat(List.of(second, third, fourth))
                .extracting(event -> event.text("anonymousId"))
                .containsOnly(first.text("anonymousId"));
    }

    @Test
    void another_code_is_another_session_and_going_back_to_the_first_is_not() {
        Site site = site("data-share-code='fair'");
        browser.open(site.url("/"));
        String fair = site.event().session();
        String change = "document.querySelector('script[data-key]').dataset.shareCode = arguments[0]";
        browser.run(change, "mail");
        browser.click("#tracked");
        Event mail = site.event();
        assertThat(mail.at("properties.shareCode")).isEqualTo("mail");
        assertThat(mail.session()).isNotEqualTo(fair);
        browser.run(change, "fair");
        browser.click("#tracked");
        assertThat(site.event().session()).isEqualTo(fair);
    }

    @ParameterizedTest
    @ValueSource(strings = {"doNotTrack, '1'", "globalPrivacyControl, true"})
    void whoever_asks_not_to_be_tracked_is_not(String wish) {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("localStorage.mine = 1");
        String[] parts = wish.split(", ");
        browser.beforeEveryPage(
                "Object.defineProperty(Navigator.prototype, '%s', { get: () => %s })".formatted(parts[0], parts[1]));
        browser.open(site.url("/other"));
        browser.click("#tracked");
        browser.run("history.pushState({}, '', '/work')");
        browser.letPass(A_WHILE);
        assertThat(browser.run("return Object.keys(localStorage).join()")).isEqualTo("mine");
        browser.open("about:blank");
        assertThat(site.others()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429, 500})
    void what_the_server_did_not_take_is_sent_again_as_it_was(int status) {
        Site site = site("");
        site.answerWith(status);
        browser.open(site.url("/"));
        Sent first = site.next();
        Sent second = site.next();
        assertThat(second.body().get("batch")).isEqualTo(first.body().get("batch"));
        String id = first.events().getFirst().messageId();
        assertThat(stored(browser)).contains(id);
        site.answerWith(200);
        browser.click("#tracked");
        untilStoredWithout(id);
    }

    @Test
    void what_the_server_refuses_for_good_stands_in_nobodys_way() {
        Site site = site("");
        site.answerWith(400);
        browser.open(site.url("/"));
        String refused = site.event().messageId();
        untilStoredWithout(refused);
        site.answerWith(200);
        browser.click("#tracked");
        assertThat(site.next().events()).extracting(Event::messageId).doesNotContain(refused);
    }

    @Test
    void what_happens_offline_is_sent_when_the_network_is_back() {
        Site site = site("");
        browser.open(site.url("/"));
        untilStoredWithout(site.event().messageId());
        browser.setOffline(true);
        browser.click("#tracked");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        browser.setOffline(false);
        assertThat(site.event().at("properties.clickTarget")).isEqualTo("socialChannels.mastodon");
    }

    @Test
    void a_page_that_is_left_sends_a_beacon_and_the_next_page_asks_whether_it_came() {
        Site site = site("");
        browser.open(site.url("/"));
        untilStoredWithout(site.event().messageId());
        site.answerWith(503);
        clickAndLeaveFor("/other");
        Sent beacon = site.next();
        assertThat(beacon.beacon()).isTrue();
        assertThat(beacon.contentType()).isEqualToIgnoringCase("text/plain;charset=UTF-8");
        String id = beacon.events().getFirst().messageId();
        assertThat(site.next().events()).extracting(Event::messageId).contains(id);
        site.answerWith(200);
        untilStoredWithout(id);
    }

    @Test
    void a_page_that_is_left_says_nothing_twice() {
        Site site = site("");
        browser.open(site.url("/"));
        untilStoredWithout(site.event().messageId());
        clickAndLeaveFor("about:blank");
        assertThat(site.next().events()).hasSize(1);
        browser.open("about:blank");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
    }

    /** Leaves before events are sent anyhow, however slow the browser is. */
    private void clickAndLeaveFor(String address) {
        browser.run("const later = window.setTimeout; window.setTimeout = (work, time) => later(work, time + 60000);"
                + " document.querySelector('#tracked').click(); location.href = '" + address + "'");
    }

    @Test
    void twenty_events_wait_for_nothing() {
        Site site = site("");
        browser.beforeEveryPage("window.setTimeout = () => 1");
        browser.open(site.url("/"));
        browser.run("for (let i = 0; i < 19; i++) document.querySelector('#tracked').click()");
        assertThat(site.next().events()).hasSize(20);
    }

    @Test
    void a_page_keeps_the_newest_hundred_events_for_a_server_that_is_away() {
        Site site = site("");
        site.answerWith(503);
        browser.open(site.url("/"));
        browser.run("""
                for (let i = 1; i <= 150; i++) {
                  const button = document.querySelector('#tracked');
                  button.dataset.track = 'number.' + i;
                  button.click();
                }""");
        assertThat(stored(browser)).contains("number.51\"", "number.150\"").doesNotContain("number.50\"");
        site.answerWith(200);
        Set<String> told = new HashSet<>();
        while (!told.contains("number.150")) {
            site.next().events().stream()
                    .filter(event -> event.at("properties.clickTarget") != null)
                    .forEach(event -> told.add(event.text("properties.clickTarget")));
        }
        assertThat(told)
                .containsAll(IntStream.rangeClosed(51, 150)
                        .mapToObj(i -> "number." + i)
                        .toList());
    }

    @Test
    void blocked_storage_is_done_without() {
        try (Browser strict = Browser.start(Map.of("profile.default_content_setting_values.cookies", 2))) {
            Site site = site("");
            strict.open(site.url("/"));
            assertThat(strict.run("try { localStorage.length; return 'open' } catch (e) { return e.name }"))
                    .isEqualTo("SecurityError");
            Event view = site.event();
            strict.click("#tracked");
            Event click = site.event();
            assertThat(click.text("anonymousId")).isEqualTo(view.text("anonymousId"));
            assertThat(click.session()).isEqualTo(view.session());
        }
    }

    @Test
    void a_page_that_is_rendered_ahead_counts_when_it_is_shown() {
        Site site = site("");
        browser.beforeEveryPage(
                "Object.defineProperty(Document.prototype, 'prerendering', { get: () => !window.isShown })");
        browser.open(site.url("/"));
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        browser.run("window.isShown = true; document.dispatchEvent(new Event('prerenderingchange'))");
        assertThat(site.event().at("type")).isEqualTo("page");
    }

    @Test
    void a_page_that_comes_back_as_it_was_left_is_a_page_view() {
        Site site = site("");
        browser.open(site.url("/"));
        Event first = site.event();
        browser.run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))");
        browser.run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
        Event again = site.event();
        assertThat(again.at("type")).isEqualTo("page");
        assertThat(again.at("context.page")).isEqualTo(first.at("context.page"));
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
    }

    @Test
    void a_click_on_what_is_no_element_is_nothing() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        Object failures = browser.run("""
                const failures = [];
                addEventListener('error', event => failures.push(event.message));
                document.dispatchEvent(new MouseEvent('click', { bubbles: true }));
                window.dispatchEvent(new MouseEvent('click'));
                return failures.join()""");
        assertThat(failures).isEqualTo("");
        browser.click("#tracked");
        assertThat(site.event().at("properties.clickTarget")).isEqualTo("socialChannels.mastodon");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "7",
                "nonsense",
                "[null,null,null,null]",
                "[\"v\",{},0,[null]]",
                "[\"v\",{},0,7]"
            })
    void what_is_nothing_of_ours_in_storage_is_no_hindrance(String stored) {
        Site site = site("");
        browser.open(site.url("/"));
        String place = Site.KEY;
        untilStoredWithout(site.event().messageId());
        browser.run("localStorage[arguments[0]] = arguments[1]", place, stored);
        browser.click("#tracked");
        Event click = site.event();
        assertThat(click.text("anonymousId")).hasSizeBetween(10, 100);
        untilStoredWithout(click.messageId());
    }

    @Test
    void storage_that_throws_is_done_without() {
        Site site = site("");
        browser.beforeEveryPage(
                "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage here') } })");
        browser.open(site.url("/"));
        Event view = site.event();
        browser.click("#tracked");
        assertThat(site.event().text("anonymousId")).isEqualTo(view.text("anonymousId"));
    }

    @Test
    void a_snippet_that_is_there_twice_counts_once() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("""
                const script = document.querySelector('script[data-key]');
                const second = document.createElement('script');
                Object.assign(second.dataset, script.dataset);
                second.src = script.src;
                document.body.append(second)""");
        browser.letPass(A_WHILE);
        browser.click("#tracked");
        assertThat(site.next().events()).hasSize(1);
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
    }

    private static String stored(Browser browser) {
        return Objects.toString(browser.run(STORED));
    }

    /** Waits until the page has been told what became of an event. */
    private void untilStoredWithout(String messageId) {
        for (int i = 0; i < 100 && stored(browser).contains(messageId); i++) {
            browser.letPass(Duration.ofMillis(50));
        }
        assertThat(stored(browser)).doesNotContain(messageId);
    }
}
