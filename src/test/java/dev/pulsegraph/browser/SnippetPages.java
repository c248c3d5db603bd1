package dev.pulsegraph.browser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/** Tests of the snippet: one browser, which forgets everything after each, and sites that record what they are told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SnippetPages {
    static final Duration A_WHILE = Duration.ofMillis(500);

    final Browser browser = Browser.start();
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

    /** A site with the snippet in its pages. */
    Site site(String attributes) {
        return closedAfterwards(Site.recording(attributes));
    }

    Site closedAfterwards(Site site) {
        sites.add(site);
        return site;
    }
}
