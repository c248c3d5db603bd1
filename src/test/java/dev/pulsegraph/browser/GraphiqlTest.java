package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Fixtures.Team;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** GraphiQL as a person uses it, under its policy of what a page may load and call. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphiqlTest {
    private static final String TRACK =
            "mutation ($input: TrackEventsInput!) { trackEvents(input: $input) { receipts { status } } }";
    private static final String EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror";
    private static final String RESULT =
            "return document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()";
    private static final String RUN = ".graphiql-execute-button";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Clock clock;

    private Browser browser;
    private Team team;

    @BeforeAll
    void start() {
        browser = Browser.start();
    }

    @BeforeEach
    void createOrganization() {
        team = fixtures.team();
    }

    @AfterEach
    void leave() {
        browser.reset();
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void a_query_is_answered() {
        open();
        ask("{ viewer { user { email } } }");
        soon("\"email\": \"" + team.owner() + "\"");
    }

    @Test
    void a_subscription_is_told_of_changes_until_it_is_stopped() {
        open();
        ask("subscription { trafficUpdates(organization: \"" + team.id() + "\") { pageViews } }");
        soon("\"pageViews\": 0");
        view("m1");
        soon("\"pageViews\": 1");
        view("m2");
        soon("\"pageViews\": 2");
        long before = subscriptions();
        browser.click(RUN);
        await(() -> subscriptions() == before - 1, "the server still watches for it");
        ask("{ __typename }");
        soon("\"__typename\": \"Query\"");
    }

    @Test
    void a_subscription_that_is_refused_says_why() {
        open();
        ask("subscription { trafficUpdates(organization: \"nonsense\") { pageViews } }");
        soon("BAD_USER_INPUT");
    }

    @Test
    void on_a_phone_the_editor_and_the_answer_have_its_width() {
        browser.resize(400, 800);
        try {
            open();
            ask("{ viewer { user { email } } }");
            soon("\"email\": \"" + team.owner() + "\"");
            assertThat(browser.run("return ['.graphiql-query-editor', '.graphiql-response'].every(each => {"
                            + " const box = document.querySelector(each).getBoundingClientRect();"
                            + " return box.width > innerWidth * 0.85 && box.height > 250 })"
                            + " && document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
        } finally {
            browser.resize(1200, 900);
        }
    }

    /** With a token of the owner, given as a person gives it. */
    private void open() {
        browser.open(api.uri("/graphiql").toString());
        browser.run(
                "document.getElementById('token').value = arguments[0]",
                String.valueOf(team.asOwner().bearer()));
        browser.click("#token-form [type=submit]");
        await(() -> browser.text("#token-state").contains(team.owner()), "signed in: " + browser.text("#token-state"));
    }

    private void ask(String query) {
        await(() -> Boolean.TRUE.equals(browser.run("return Boolean(" + EDITOR + ")")), "no editor");
        browser.run(EDITOR + ".setValue(arguments[0])", query);
        browser.click(RUN);
    }

    private void view(String messageId) {
        Map<String, String> event = Map.of(
                "messageId",
                messageId,
                "type",
                "PAGE",
                "anonymousId",
                "ann",
                "timestamp",
                clock.instant().toString());
        team.asOwner()
                .ask(TRACK, Map.of("input", Map.of("organization", team.id(), "events", List.of(event))))
                .succeeded();
    }

    private long subscriptions() {
        String metrics =
                api.send(api.bearer(null).request("/prometheus").build()).text();
        return metrics.lines()
                .filter(line -> line.startsWith("gql_subscriptions"))
                .mapToLong(line -> (long) Double.parseDouble(line.replaceFirst(".* ", "")))
                .sum();
    }

    private void soon(String text) {
        await(() -> String.valueOf(browser.run(RESULT)).contains(text), "no " + text);
    }

    private void await(java.util.function.BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("%s; shown is %s", what, browser.run("return document.body.innerText"))
                    .isLessThan(deadline);
            browser.letPass(Duration.ofMillis(50));
        }
    }
}
