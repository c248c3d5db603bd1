package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.browser.Site.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not counted, and what the snippet leaves in a browser. */
class SnippetPrivacyTest extends SnippetPages {

    @ParameterizedTest
    @ValueSource(
            strings = {"/?pulsegraph-ignore=1", "/?lang=en&pulsegraph-ignore=1#part", "/#/home?pulsegraph-ignore=1"})
    void whoever_opens_a_link_that_says_so_is_not_counted_from_then_on(String link) {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.open("about:blank");
        site.others();
        browser.open(site.url(link));
        assertNothingIsTold(site, "pulsegraph-ignore=1");
        browser.open(site.url("/other"));
        assertNothingIsTold(site, "pulsegraph-ignore=1");
        browser.open("about:blank");
        browser.open(site.url("/?pulsegraph-ignore=0"));
        assertThat(site.event().at("type")).isEqualTo("page");
    }

    @Test
    void whoever_sets_the_flag_is_not_counted() {
        Site site = site("");
        browser.open(site.url("/"));
        site.event();
        browser.run("localStorage['pulsegraph-ignore'] = 1");
        browser.open(site.url("/other"));
        site.others();
        assertNothingIsTold(site, "pulsegraph-ignore=1");
    }

    @Test
    void what_only_looks_like_the_link_excludes_nobody() {
        Site site = site("");
        browser.open(site.url("/?not-pulsegraph-ignore=1&pulsegraph-ignored=1&pulsegraph-ignore=yes"));
        assertThat(site.event().at("type")).isEqualTo("page");
    }

    @Test
    void the_link_harms_nothing_where_storage_is_blocked() {
        try (Browser strict = Browser.start(Map.of("profile.default_content_setting_values.cookies", 2))) {
            Site site = site("");
            strict.open(site.url("/?pulsegraph-ignore=1"));
            strict.run("pulsegraph.track('Seen')");
            strict.letPass(A_WHILE);
            assertThat(site.others()).isEmpty();
        }
    }

    @Test
    void a_page_without_storage_leaves_nothing_and_names_nobody() {
        Site site = site("data-storage='none' data-user-code='olivia'");
        browser.open(site.url("/"));
        browser.click("#tracked");
        browser.run("pulsegraph.track('Seen')");
        List<Event> events = new ArrayList<>(site.events(3));
        browser.click("#other");
        events.addAll(site.events(2));
        assertThat(events).allSatisfy(event -> {
            assertThat(event.fields().containsKey("anonymousId")).isFalse();
            assertThat(event.at("context.sessionId")).isNull();
            assertThat(event.at("context.storage")).isEqualTo("none");
            assertThat(event.at("properties.userCode")).isEqualTo("olivia");
            assertThat(event.at("properties.storage")).isNull();
        });
        assertNothingIsKept("");
    }

    @Test
    void a_page_without_storage_sends_again_what_was_not_taken_as_long_as_it_is_there() {
        Site site = site("data-storage='none'");
        site.answerWith(503);
        browser.open(site.url("/"));
        Event first = site.event();
        assertThat(site.next().events()).containsExactly(first);
        assertNothingIsKept("");
    }

    @Test
    void a_page_without_storage_knows_its_user_until_it_is_left() {
        Site site = site("data-storage='none'");
        browser.open(site.url("/"));
        site.event();
        browser.run("pulsegraph.identify('ann'); pulsegraph.track('Seen')");
        assertThat(site.events(2)).extracting(event -> event.at("userId")).containsOnly("ann");
        browser.open(site.url("/other"));
        Event next = site.event();
        assertThat(next.at("userId")).isNull();
        assertNothingIsKept("");
    }

    @Test
    void a_page_without_storage_reads_but_the_wish_not_to_be_counted() {
        browser.beforeEveryPage("""
                window.touched = [];
                const note = (...words) => window.touched.push(words.join(' '));
                const storage = localStorage;
                Object.defineProperty(window, 'localStorage', { value: new Proxy(storage, {
                  get: (target, name) => { note('read', name); return target[name] },
                  set: (target, name, value) => { note('write', name); return true },
                  deleteProperty: (target, name) => { note('delete', name); return delete target[name] },
                }) });
                Object.defineProperty(window, 'sessionStorage', { get: () => note('session') });
                Object.defineProperty(document, 'cookie', { get: () => note('cookie'), set: () => note('cookie') });""");
        Site site = site("data-storage='none'");
        browser.open(site.url("/"));
        site.event();
        browser.run("pulsegraph.identify('ann'); pulsegraph.reset(); pulsegraph.track('Seen')");
        browser.click("#tracked");
        site.events(3);
        assertThat(browser.run("return window.touched.join()")).isEqualTo("read pulsegraph-ignore,delete " + Site.KEY);
    }

    @Test
    void a_page_may_begin_to_store_and_end_it() {
        Site site = site("data-storage='none'");
        browser.open(site.url("/"));
        site.event();
        browser.run("delete document.querySelector('script[data-key]').dataset.storage");
        browser.click("#tracked");
        Event known = site.event();
        assertThat(known.text("anonymousId")).hasSizeBetween(10, 100);
        assertThat(known.session()).hasSizeBetween(10, 100);
        assertThat(known.at("context.storage")).isNull();
        assertThat(browser.run("return Object.keys(localStorage).join()")).isEqualTo(Site.KEY);
        browser.open(site.url("/other"));
        assertThat(site.event().at("anonymousId")).isNull();
        assertNothingIsKept("");
    }

    @Test
    void whoever_is_not_to_be_counted_is_not_without_storage_either() {
        Site site = site("data-storage='none'");
        browser.open(site.url("/?pulsegraph-ignore=1"));
        assertNothingIsTold(site, "pulsegraph-ignore=1");
        browser.open(site.url("/other"));
        assertNothingIsTold(site, "pulsegraph-ignore=1");
    }

    private void assertNothingIsTold(Site site, String stored) {
        browser.click("#tracked");
        browser.run("pulsegraph.track('Seen'); pulsegraph.identify('ann'); pulsegraph.reset();"
                + " history.pushState({}, '', '/work')");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        assertNothingIsKept(stored);
    }

    private void assertNothingIsKept(String butFor) {
        assertThat(browser.run("return Object.entries(localStorage).map(entry => entry.join('=')).join()"))
                .isEqualTo(butFor);
        assertThat(browser.run("return sessionStorage.length")).isEqualTo(0L);
        assertThat(browser.run("return document.cookie")).isEqualTo("");
    }
}
