package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not counted, and what the snippet leaves in a browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnippetPrivacyTest {
    private static final Duration A_WHILE = Duration.ofMillis(500);

    private final Browser browser = Browser.start();
    private final List<Site> sites = new ArrayList<>();

    @AfterEach
    void leave() {
        browser.reset();
        sites.forEach(Site::close);
        sites.clear();
    }

    @AfterAll
    void stop() {
        browser.close();
    }

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

    private void assertNothingIsTold(Site site, String stored) {
        browser.click("#tracked");
        browser.run("pulsegraph.track('Seen'); pulsegraph.identify('ann'); pulsegraph.reset();"
                + " history.pushState({}, '', '/work')");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        assertThat(browser.run("return Object.entries(localStorage).map(entry => entry.join('=')).join()"))
                .isEqualTo(stored);
        assertThat(browser.run("return document.cookie")).isEqualTo("");
    }

    private Site site(String attributes) {
        Site site = Site.recording(attributes);
        sites.add(site);
        return site;
    }
}
