package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.segment.analytics.Analytics;
import com.segment.analytics.messages.TrackMessage;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Fixtures.Team;
import dev.pulsegraph.support.NodeScript;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A shop: people in browsers with the snippet, a server with Segment's library for Node, another with that for Java. What they tell
 * together is what a human counts.
 *
 * <pre>
 * who           Product Viewed   Cart Filled   Order Completed
 * ann           snippet          snippet       Node, as u-ann, whom the snippet identified
 * bob           snippet
 * u-cleo        Java             Java          Java
 * u-dan         Java             Java
 * </pre>
 */
@MicronautTest(transactional = false)
class ShopTest extends SnippetPages {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void a_funnel_over_browsers_and_servers_says_what_a_human_counts() throws IOException, InterruptedException {
        Instant before = Instant.now();
        Team team = fixtures.team();
        String key = team.apiKey("INGEST");
        visit(
                key,
                "pulsegraph.track('Product Viewed', { sku: 'a' }); pulsegraph.track('Cart Filled', { total: 30 });"
                        + " pulsegraph.identify('u-ann', { plan: 'free' })");
        visit(key, "pulsegraph.track('Product Viewed', { sku: 'b' })");
        awaitEvents(team, 3);
        Process node = NodeScript.start("shop.mjs", api.uri("").toString(), key, "u-ann");
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(said).isZero();
        tellWithJava(key);
        awaitEvents(team, 9);

        String range = "{ from: \"%s\", to: \"%s\" }".formatted(before.minusSeconds(3_600), before.plusSeconds(3_600));
        Answer answer = team.asOwner()
                .ask("""
                        query ($slug: String!) { organization(slug: $slug) {
                          eventNames(range: RANGE) { name count visitors }
                          revenue: eventSeries(query: { measure: SUM, property: "total", filter: { names: ["Order Completed"] },
                            range: RANGE, granularity: TOTAL, compareTo: PREVIOUS_PERIOD }) { series { total comparison { total } } }
                          ofItem: eventSeries(query: { filter: { where: [{ path: "items.sku", op: EQ, value: "b" }] },
                            range: RANGE, granularity: TOTAL }) { series { total } }
                          funnel(input: { range: RANGE, compareTo: PREVIOUS_PERIOD, steps: [
                            { name: "viewed", event: "Product Viewed" }, { name: "filled", event: "Cart Filled" },
                            { name: "ordered", event: "Order Completed" }] }) {
                            steps { entered } conversion previous { entered } dropped(step: 2) { nodes { visitor } }
                          }
                          retention(input: { start: { event: "Product Viewed" }, return: { event: "Order Completed" },
                            range: { last: 2, unit: DAY }, granularity: DAY, periods: 1 }) { cohorts { size } }
                          identifiedUser(userId: "u-ann") { traits visitors }
                        } }""".replace("RANGE", range), Map.of("slug", team.slug()))
                .succeeded();
        assertThat(answer.text("organization.eventNames"))
                .contains(
                        "{name=Product Viewed, count=4, visitors=4}",
                        "{name=Cart Filled, count=3, visitors=3}",
                        "{name=Order Completed, count=2, visitors=2}");
        assertThat(answer.text("organization.revenue.series.0.total")).isEqualTo("42.0");
        assertThat(answer.text("organization.ofItem.series.0.total")).isEqualTo("1.0");
        assertThat(answer.text("organization.funnel.steps")).isEqualTo("[{entered=4}, {entered=3}, {entered=2}]");
        assertThat(answer.text("organization.funnel.conversion")).isEqualTo("0.5");
        assertThat(answer.text("organization.funnel.previous.entered")).isEqualTo("0");
        assertThat(answer.text("organization.funnel.dropped.nodes")).isEqualTo("[{visitor=user:u-dan}]");
        assertThat(answer.list("organization.retention.cohorts").stream()
                        .mapToInt(cohort -> Integer.parseInt(String.valueOf(((Map<?, ?>) cohort).get("size"))))
                        .sum())
                .isEqualTo(4);
        assertThat(answer.text("organization.identifiedUser.traits")).isEqualTo("{plan=free}");
        assertThat(answer.list("organization.identifiedUser.visitors"))
                .as("the browser's id, and the user's")
                .hasSize(2);
    }

    /** Somebody who was never there before. */
    private void visit(String key, String script) {
        browser.reset();
        Site site = closedAfterwards(new Site(api.uri("/p.js").toString(), key, ""));
        browser.open(site.url("/products"));
        browser.run(script);
        browser.letPass(A_WHILE);
    }

    private void tellWithJava(String key) {
        Analytics analytics =
                Analytics.builder(key).endpoint(api.uri("").toString() + "/").build();
        for (String user : new String[] {"u-cleo", "u-dan"}) {
            tell(analytics, user, "Product Viewed", Map.of("sku", "a"));
            tell(analytics, user, "Cart Filled", Map.of("total", 12));
        }
        tell(analytics, "u-cleo", "Order Completed", Map.of("total", 12));
        analytics.flush();
        analytics.shutdown();
    }

    private static void tell(Analytics analytics, String user, String name, Map<String, ?> properties) {
        analytics.enqueue(TrackMessage.builder(name).userId(user).properties(properties));
    }

    private void awaitEvents(Team team, int count) {
        int found = 0;
        for (int i = 0; i < 200 && found < count; i++) {
            browser.letPass(Duration.ofMillis(50));
            found = Integer.parseInt(team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug()
                            + "\") { events(range: { from: \"2020-01-01T00:00:00Z\", to:"
                            + " \"2100-01-01T00:00:00Z\" }, filter: { types: [TRACK] }) { totalCount } } }")
                    .succeeded()
                    .text("organization.events.totalCount"));
        }
        assertThat(found).isEqualTo(count);
    }
}
