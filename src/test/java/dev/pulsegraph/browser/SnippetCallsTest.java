package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.browser.Site.Event;
import dev.pulsegraph.browser.Site.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a page tells by calls of the snippet. */
class SnippetCallsTest extends SnippetPages {
    /** As docs/traffic.md has it. */
    private static final String STUB =
            "window.pulsegraph = window.pulsegraph || { q: [], track(...call) { this.q.push(['track', ...call]) },"
                    + " identify(...call) { this.q.push(['identify', ...call]) } };";

    private static final String COLLECT_WARNINGS = """
            window.warned = [];
            console.warn = (...words) => window.warned.push(words.join(' '));
            addEventListener('error', event => window.warned.push('ERROR ' + event.message));""";

    @Test
    void an_event_has_a_name_and_properties_beside_those_of_the_page() {
        Site site = open(site("data-plan='free' data-user-code='olivia'"));
        Event view = site.event();
        browser.run(
                "pulsegraph.track('Signed up', { plan: 'pro', seats: 3, coupon: null, tags: ['a'], deep: { b: true } })");
        Event event = site.event();
        assertThat(event.at("type")).isEqualTo("track");
        assertThat(event.at("event")).isEqualTo("Signed up");
        assertThat(event.at("properties.plan")).isEqualTo("pro");
        assertThat(event.at("properties.seats")).isEqualTo(3);
        assertThat(((Map<?, ?>) Objects.requireNonNull(event.at("properties"))).containsKey("coupon"))
                .isTrue();
        assertThat(event.at("properties.tags")).isEqualTo(List.of("a"));
        assertThat(event.at("properties.deep")).isEqualTo(Map.of("b", true));
        assertThat(event.at("properties.userCode")).isEqualTo("olivia");
        assertThat(event.at("properties.key")).isNull();
        assertThat(event.at("context.page")).isEqualTo(view.at("context.page"));
        assertThat(event.session()).isEqualTo(view.session());
        assertThat(event.text("anonymousId")).isEqualTo(view.text("anonymousId"));
        assertThat(event.fields().containsKey("userId")).isFalse();
    }

    @Test
    void an_event_is_what_it_was_when_it_was_told() {
        Site site = open(site(""));
        site.event();
        site.answerWith(503);
        browser.run("const cart = { items: 1, coupon: null }; pulsegraph.track('Added', cart); cart.items = 7");
        Event first = site.event();
        assertThat(first.at("properties.items")).isEqualTo(1);
        assertThat(site.next().events()).contains(first);
    }

    @Test
    void who_is_identified_is_named_in_all_that_follows() {
        Site site = open(site(""));
        Event before = site.event();
        browser.run("pulsegraph.identify('user-42', { company: 'Acme' })");
        browser.run("pulsegraph.track('Signed up')");
        browser.click("#tracked");
        List<Event> named = new ArrayList<>(site.events(3));
        assertThat(named.getFirst().at("type")).isEqualTo("identify");
        assertThat(named.getFirst().at("traits")).isEqualTo(Map.of("company", "Acme"));
        browser.open(site.url("/other"));
        named.add(site.event());
        assertThat(before.at("userId")).isNull();
        assertThat(named).extracting(event -> event.at("userId")).containsOnly("user-42");
        assertThat(named).extracting(event -> event.at("anonymousId")).containsOnly(before.at("anonymousId"));
        assertThat(named).extracting(Event::session).containsOnly(before.session());
    }

    @Test
    void traits_alone_are_of_whoever_it_is() {
        Site site = open(site(""));
        String visitor = site.event().text("anonymousId");
        browser.run("pulsegraph.identify({ plan: 'free' }); pulsegraph.identify(null, { plan: 'trial' });"
                + " pulsegraph.identify(42); pulsegraph.identify({ plan: 'pro' }); pulsegraph.identify()");
        List<Event> events = site.events(5);
        assertThat(events)
                .extracting(event -> event.at("userId") + " " + event.at("traits"))
                .containsExactly("null {plan=free}", "null {plan=trial}", "42 null", "42 {plan=pro}", "42 null");
        assertThat(events).extracting(event -> event.text("anonymousId")).containsOnly(visitor);
    }

    @Test
    void another_user_of_the_browser_is_another_visitor() {
        Site site = open(site(""));
        site.event();
        browser.run("pulsegraph.identify('ann'); pulsegraph.identify('ann'); pulsegraph.identify('bob')");
        List<Event> events = site.events(3);
        assertThat(events).extracting(event -> event.at("userId")).containsExactly("ann", "ann", "bob");
        assertThat(events.get(1).at("anonymousId")).isEqualTo(events.get(0).at("anonymousId"));
        assertThat(events.get(2).at("anonymousId")).isNotEqualTo(events.get(0).at("anonymousId"));
        assertThat(events.get(2).session()).isNotEqualTo(events.get(0).session());
    }

    @Test
    void a_reset_forgets_who_it_was() {
        Site site = open(site(""));
        Event first = site.event();
        browser.run("pulsegraph.identify('ann'); pulsegraph.reset(); pulsegraph.track('Seen')");
        List<Event> events = site.events(2);
        Event seen = events.get(1);
        assertThat(events.getFirst().at("userId")).isEqualTo("ann");
        assertThat(seen.at("userId")).isNull();
        assertThat(seen.at("anonymousId")).isNotEqualTo(first.at("anonymousId"));
        assertThat(seen.session()).isNotEqualTo(first.session());
        browser.open(site.url("/other"));
        Event next = site.event();
        assertThat(next.at("userId")).isNull();
        assertThat(next.at("anonymousId")).isEqualTo(seen.at("anonymousId"));
    }

    @Test
    void calls_before_the_snippet_is_there_are_done_in_their_order() {
        browser.beforeEveryPage(STUB + COLLECT_WARNINGS + """
                window.before = pulsegraph;
                pulsegraph.track('First', { nth: 1 });
                pulsegraph.identify('ann', { plan: 'pro' });
                pulsegraph.q.push(['nonsense'], 7);
                pulsegraph.track('Second', { nth: 2 });""");
        Site site = open(site(""));
        List<Event> events = site.events(4);
        assertThat(events)
                .extracting(event -> event.at("type") + " " + event.at("event") + " " + event.at("userId"))
                .containsExactly("page null null", "track First null", "identify null ann", "track Second ann");
        assertThat(warnings()).hasSize(2).noneMatch(warning -> warning.startsWith("ERROR"));
        browser.run("before.track('Third')");
        assertThat(site.event().at("event")).isEqualTo("Third");
    }

    @Test
    void the_stub_may_be_in_a_file_where_a_policy_allows_no_script_in_pages() {
        Site site = closedAfterwards(Site.strict(STUB + "pulsegraph.track('Early', { plan: 'pro' });"));
        browser.open(site.url("/"));
        assertThat(site.events(2)).extracting(event -> event.text("type")).containsExactly("page", "track");
    }

    @Test
    void what_cannot_be_sent_is_told_to_the_console_and_harms_nothing() {
        browser.beforeEveryPage(COLLECT_WARNINGS);
        Site site = open(site(""));
        site.event();
        browser.run("""
                const loop = {};
                loop.loop = loop;
                pulsegraph.track('Loop', loop);
                pulsegraph.track('Number', { big: 1n });
                pulsegraph.track('Large', { text: 'x'.repeat(20000) });
                pulsegraph.track('Good', 'text')""");
        assertThat(site.event().at("event")).isEqualTo("Good");
        assertThat(warnings()).hasSize(3).noneMatch(warning -> warning.startsWith("ERROR"));
        assertThat(warnings().get(2)).startsWith("too large");
    }

    @Test
    void a_request_is_never_larger_than_a_page_that_is_left_may_send() {
        Site site = open(site(""));
        site.event();
        browser.run("for (let i = 0; i < 12; i++) pulsegraph.track('Large', { nth: i, text: '\\u20ac'.repeat(9000) })");
        List<Object> seen = new ArrayList<>();
        while (seen.size() < 12) {
            Sent sent = site.next();
            assertThat(sent.events()).hasSizeBetween(1, 2);
            sent.events().forEach(event -> seen.add(Objects.requireNonNull(event.at("properties.nth"))));
        }
        assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void calls_in_a_page_that_is_rendered_ahead_wait_until_it_is_shown() {
        browser.beforeEveryPage(
                "Object.defineProperty(Document.prototype, 'prerendering', { get: () => !window.isShown });" + STUB
                        + "pulsegraph.track('First')");
        Site site = open(site(""));
        browser.letPass(A_WHILE);
        browser.run("pulsegraph.track('Second')");
        browser.letPass(A_WHILE);
        assertThat(site.others()).isEmpty();
        browser.run("window.isShown = true; document.dispatchEvent(new Event('prerenderingchange'))");
        assertThat(site.events(3)).extracting(event -> event.at("event")).containsExactly(null, "First", "Second");
    }

    @Test
    void calls_tell_nothing_of_who_asks_not_to_be_tracked() {
        browser.beforeEveryPage("Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' });" + STUB
                + COLLECT_WARNINGS + "pulsegraph.track('Early')");
        Site site = open(site(""));
        browser.letPass(A_WHILE);
        browser.run("pulsegraph.track('Seen'); pulsegraph.identify('ann', {}); pulsegraph.reset()");
        browser.letPass(A_WHILE);
        assertThat(browser.run("return localStorage.length")).isEqualTo(0L);
        assertThat(warnings()).isEmpty();
        browser.open("about:blank");
        assertThat(site.others()).isEmpty();
    }

    private Site open(Site site) {
        browser.open(site.url("/"));
        return site;
    }

    private List<String> warnings() {
        return ((List<?>) Objects.requireNonNull(browser.run("return window.warned")))
                .stream().map(String::valueOf).toList();
    }
}
