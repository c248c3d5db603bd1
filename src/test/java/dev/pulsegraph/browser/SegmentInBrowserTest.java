package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Fixtures.Team;
import dev.pulsegraph.support.NodeScript;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segment's library for browsers, unmodified, in a page of another origin: each call becomes the row it should, once. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SegmentInBrowserTest {
    private static final String LIBRARY = "@segment/analytics-next/dist/umd/index.js";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private final Browser browser = Browser.start();

    @AfterEach
    void leave() {
        browser.reset();
    }

    @AfterAll
    void stop() {
        browser.close();
    }

    @ParameterizedTest
    @CsvSource({"/v1, standard", "/v1, batching", "'', standard", "'', batching"})
    void each_call_is_a_row(String root, String strategy) {
        Team team = fixtures.team();
        String script = """
                const writeKey = '%s';
                const segment = { apiKey: writeKey, apiHost: '%s', protocol: 'http', deliveryStrategy: { strategy: '%s' } };
                const cdnSettings = { integrations: { 'Segment.io': segment }, metrics: { sampleRate: 0 } };
                const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnSettings });
                const codes = { userCode: 'olivia', shareCode: 'fair', contactId: 'c1' };
                analytics.page('Home', { ...codes, pageType: 'home' });
                analytics.screen('Settings', codes);
                analytics.track('Click', { ...codes, clickTarget: 'socialChannels.mastodon' });
                analytics.track('Signed Up', { plan: 'pro' });
                analytics.identify('u-1', { name: 'Olivia' });
                analytics.group('acme', { size: 4 });
                analytics.alias('u-2');
                """.formatted(team.apiKey("INGEST"), api.uri("").getAuthority() + root, strategy);
        try (Site site = Site.scripted(NodeScript.library(LIBRARY), script)) {
            browser.open(site.url("/"));
            soon(
                    team,
                    "select type || ' ' || coalesce(r.name, '-') from analytics_events r",
                    "alias -",
                    "group -",
                    "identify -",
                    "track Signed Up");
            soon(
                    team,
                    "select page_type || ' ' || r.name || ' ' || user_code from analytics_page_views r",
                    "home Home olivia",
                    "screen Settings olivia");
            soon(
                    team,
                    "select page_views || ' ' || clicks || ' ' || (ip_address is not null) || ' ' || user_agent from analytics_sessions r",
                    "2 1 true " + Browser.USER_AGENT);
            soon(team, "select click_target from analytics_clicks r", "socialChannels.mastodon");
        }
    }

    private void soon(Team team, String select, String... expected) {
        List<String> rows = List.of();
        for (int i = 0; i < 200 && !rows.equals(List.of(expected)); i++) {
            browser.letPass(Duration.ofMillis(50));
            rows = superuser
                    .texts(
                            select
                                    + " where organization_id = (select id from organizations where slug = ?) order by 1",
                            team.slug())
                    .stream()
                    .map(String::valueOf)
                    .toList();
        }
        assertThat(rows).containsExactly(expected);
    }
}
