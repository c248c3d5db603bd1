package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Sha256;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentReaderTest {
    private static final UUID ORGANIZATION = UUID.randomUUID();
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String CHROME =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

    private final SegmentReader reader = reader(IpAddresses.TRUNCATE);

    private static SegmentReader reader(IpAddresses addresses) {
        var settings =
                new EventSettings(Duration.ofDays(90), addresses, null, null, null, List.of(" Acme Monitor ", ""));
        return new SegmentReader(
                new EventTimestamps(settings),
                new BotDetector(settings),
                new DailyVisitors(day -> Sha256.of(day.toString())),
                new CircumstanceReader(new TrafficSources(), new DeviceDetector(), settings),
                new CountryDatabase(settings),
                settings);
    }

    @Test
    void a_page_is_a_view_with_its_codes() {
        TrackedEvent event = good("page", """
                {"messageId": " m1 ", "anonymousId": "a", "userId": 42, "name": "Home", "category": "Docs",
                 "properties": {"pageType": "Landing", "userCode": "u", "shareCode": "s", "contactId": "c", "sessionId": "x"},
                 "context": {"page": {"referrer": "https://example.org/"}}}""");
        assertThat(event.organization()).isEqualTo(ORGANIZATION);
        assertThat(event.type()).isEqualTo(TrackType.PAGE);
        assertThat(event.messageId()).isEqualTo("m1");
        assertThat(event.name()).isEqualTo("Home");
        assertThat(event.anonymousId()).isEqualTo("a");
        assertThat(event.userId()).isEqualTo("42");
        assertThat(event.sessionId()).isEqualTo("x");
        assertThat(List.of(
                        String.valueOf(event.userCode()),
                        String.valueOf(event.shareCode()),
                        String.valueOf(event.contactId())))
                .containsExactly("u", "s", "c");
        assertThat(event.pageType()).isEqualTo("landing");
        assertThat(event.referrer()).isEqualTo("https://example.org/");
        assertThat(event.properties()).containsEntry("category", "Docs").containsEntry("userCode", "u");
        assertThat(event.at()).isEqualTo(NOW);
        assertThat(event.receivedAt()).isEqualTo(NOW);
    }

    @Test
    void a_page_or_screen_without_a_type_is_of_that_type() {
        assertThat(good("page", "{\"userId\": \"u\"}").pageType()).isEqualTo("page");
        assertThat(good("screen", "{\"userId\": \"u\"}").pageType()).isEqualTo("screen");
        assertThat(good("screen", "{\"userId\": \"u\"}").type()).isEqualTo(TrackType.PAGE);
    }

    @Test
    void codes_may_stand_in_the_context_and_those_of_properties_come_first() {
        TrackedEvent event = good("page", """
                {"userId": "u", "properties": {"shareCode": "mine"},
                 "context": {"sessionId": 7, "traffic": {"userCode": "u", "shareCode": "other", "contactId": "c"}}}""");
        assertThat(event.userCode()).isEqualTo("u");
        assertThat(event.shareCode()).isEqualTo("mine");
        assertThat(event.contactId()).isEqualTo("c");
        assertThat(event.sessionId()).isEqualTo("7");
    }

    @ParameterizedTest
    @CsvSource({
        "contact.email,,CONTACT",
        "socialMessaging.x,,MESSAGING",
        "socialChannels.y,,SOCIAL",
        "portfolio.1,,PORTFOLIO",
        "aiAgent,,AI_AGENT",
        "aiAgent2,,OTHER",
        "contact,,OTHER",
        "contact.email,social,SOCIAL",
        "x,ai_agent,AI_AGENT",
        "x,aiAgent,AI_AGENT"
    })
    void a_track_with_a_target_is_a_click(String target, @Nullable String category, ClickCategory expected) {
        Map<String, Object> properties = new HashMap<>(Map.of("clickTarget", target));
        if (category != null) {
            properties.put("clickCategory", category);
        }
        TrackedEvent event = good(
                "track", Map.of("event", "Clicked", "anonymousId", "a", "properties", properties), origin(false, null));
        assertThat(event.type()).isEqualTo(TrackType.CLICK);
        assertThat(event.name()).isEqualTo("Clicked");
        assertThat(event.clickTarget()).isEqualTo(target);
        assertThat(event.clickCategory()).isEqualTo(expected);
        assertThat(event.pageType()).isNull();
    }

    @Test
    void other_calls_keep_what_they_tell_in_properties() {
        assertThat(good("track", "{\"event\": \"Bought\", \"userId\": \"u\"}").type())
                .isEqualTo(TrackType.TRACK);
        TrackedEvent identify = good("identify", "{\"userId\": \"u\", \"traits\": {\"plan\": \"pro\"}}");
        assertThat(identify.type()).isEqualTo(TrackType.IDENTIFY);
        assertThat(identify.properties()).containsEntry("plan", "pro");
        TrackedEvent group = good("group", "{\"userId\": \"u\", \"groupId\": \"g\", \"traits\": {\"size\": 3}}");
        assertThat(group.type()).isEqualTo(TrackType.GROUP);
        assertThat(group.properties()).containsEntry("groupId", "g").containsEntry("size", 3);
        TrackedEvent alias = good("alias", "{\"userId\": \"u\", \"previousId\": \"before\"}");
        assertThat(alias.type()).isEqualTo(TrackType.ALIAS);
        assertThat(alias.properties()).containsEntry("previousId", "before");
    }

    @Test
    void items_of_a_batch_say_what_they_are_and_share_its_context_and_time() {
        var origin = new EventOrigin(
                NOW,
                Map.of(
                        "sentAt",
                        "2026-05-01T11:00:00Z",
                        "context",
                        Map.of("sessionId", "shared", "traffic", Map.of("userCode", "u"))),
                "203.0.113.77",
                null,
                false,
                null,
                null);
        TrackedEvent event = good(
                null,
                Map.of(
                        "type",
                        "page",
                        "userId",
                        "u",
                        "timestamp",
                        "2026-05-01T10:30:00Z",
                        "context",
                        Map.of("sessionId", "own")),
                origin);
        assertThat(event.sessionId()).isEqualTo("own");
        assertThat(event.userCode()).isEqualTo("u");
        assertThat(event.at()).isEqualTo("2026-05-01T11:30:00Z");
        assertThat(bad(null, Map.of("type", "click", "userId", "u"), origin).code())
                .isEqualTo("BAD_FIELD");
        assertThat(bad(null, Map.of("userId", "u"), origin).reason()).contains("page, screen, track");
    }

    @ParameterizedTest
    @CsvSource({
        // a clock that is right, an hour late, two days ahead; one that says nothing usable of itself
        "2026-05-01T11:59:00Z,2026-05-01T12:00:00Z,2026-05-01T11:59:00Z",
        "2026-05-01T10:59:00Z,2026-05-01T11:00:00Z,2026-05-01T11:59:00Z",
        "2026-05-03T11:59:00Z,2026-05-03T12:00:00Z,2026-05-01T11:59:00Z",
        "2026-05-01T11:59:00Z,yesterday,2026-05-01T11:59:00Z",
        // one that was not set when it sent, or is a day off, which is not believed
        "2026-05-01T11:59:00Z,1970-01-01T00:00:05Z,2026-05-01T11:59:00Z",
        "2026-05-01T11:59:00Z,2038-01-01T00:00:00Z,2026-05-01T11:59:00Z",
        "2026-04-30T11:59:00Z,2026-04-30T12:00:00Z,2026-05-01T11:59:00Z",
        "2026-04-30T11:58:59Z,2026-04-30T11:59:59Z,2026-04-30T11:58:59Z",
        // one that never was set: nothing can have happened then
        "1970-01-01T00:00:05Z,1970-01-01T00:01:05Z,2026-05-01T11:59:00Z",
        "2026-05-01T11:59:00Z,,2026-05-01T11:59:00Z",
        "2026-05-01T13:59:00+02:00,,2026-05-01T11:59:00Z",
        "2026-05-01T13:59:00.5+0200,,2026-05-01T11:59:00.5Z",
        "2026-05-01T11:59:00.123456789,,2026-05-01T11:59:00.123456Z",
        ",2026-05-01T11:00:00Z,2026-05-01T12:00:00Z"
    })
    void the_time_is_corrected_by_the_clock_of_the_sender(
            @Nullable String timestamp, @Nullable String sentAt, Instant expected) {
        Map<String, Object> item = new HashMap<>(Map.of("userId", "u"));
        if (timestamp != null) {
            item.put("timestamp", timestamp);
        }
        if (sentAt != null) {
            item.put("sentAt", sentAt);
        }
        assertThat(good("page", item, origin(false, null)).at()).isEqualTo(expected);
    }

    @Test
    void times_that_cannot_be_are_rejected() {
        assertThat(refusal("page", "{\"userId\": \"u\", \"timestamp\": \"2026-05-02T12:00:01Z\"}"))
                .isEqualTo("IN_FUTURE timestamp: 2026-05-02T12:00:01Z is more than a day ahead.");
        assertThat(good("page", "{\"userId\": \"u\", \"timestamp\": \"2026-05-02T12:00:00Z\"}")
                        .at())
                .isEqualTo(NOW.plus(Duration.ofDays(1)));
        assertThat(refusal("page", "{\"userId\": \"u\", \"timestamp\": \"2026-01-31T11:59:59Z\"}"))
                .isEqualTo("TOO_OLD timestamp: 2026-01-31T11:59:59Z is more than 90 days ago.");
        assertThat(good("page", "{\"userId\": \"u\", \"timestamp\": \"2026-01-31T12:00:00Z\"}")
                        .at())
                .isEqualTo("2026-01-31T12:00:00Z");
        for (String time :
                List.of("now", "1777636800", "2026-05-01", "2026-13-01T00:00:00Z", "+999999999-01-01T00:00:00Z")) {
            Map<String, Object> item = Map.of("userId", "u", "timestamp", time, "sentAt", "-999999999-01-01T00:00:00Z");
            assertThat(bad("page", item, origin(false, null)).code()).as(time).isIn("BAD_FIELD", "IN_FUTURE");
        }
    }

    @Test
    void an_empty_list_of_php_is_an_empty_object() throws Exception {
        TrackedEvent page = good("page", "{\"userId\": \"u\", \"properties\": [], \"context\": []}");
        assertThat(List.of(page.properties(), page.context())).containsOnly(Map.of());
        assertThat(good("identify", "{\"userId\": \"u\", \"traits\": []}").properties())
                .isEmpty();
        assertThat(refusal("page", "{\"userId\": \"u\", \"properties\": [1]}")).startsWith("BAD_FIELD properties:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"userId\": \"\"}", "{\"anonymousId\": \"  \"}", "{\"userId\": null}"})
    void somebody_must_have_done_it(String item) {
        assertThat(refusal("page", item)).startsWith("NO_VISITOR anonymousId, userId:");
    }

    @Test
    void a_session_alone_is_somebody() {
        assertThat(good("page", "{\"context\": {\"sessionId\": \"s\"}}").sessionId())
                .isEqualTo("s");
    }

    @Test
    void fields_of_the_wrong_form_are_named_with_what_is_allowed() {
        String longText = "x".repeat(256);
        assertThat(refusal("page", "[1]")).startsWith("BAD_FIELD");
        assertThat(refusal("track", "{\"userId\": \"u\"}")).startsWith("MISSING_FIELD event:");
        assertThat(refusal("page", "{\"userId\": [1]}")).startsWith("BAD_FIELD userId:");
        assertThat(refusal("page", "{\"userId\": \"" + "x".repeat(201) + "\"}"))
                .startsWith("BAD_FIELD userId:")
                .contains("1 to 200");
        assertThat(refusal("page", "{\"userId\": \"u\", \"messageId\": \"" + longText + "\"}"))
                .startsWith("BAD_FIELD messageId:")
                .contains("1 to 255");
        assertThat(refusal("track", "{\"userId\": \"u\", \"event\": \"" + longText + "\"}"))
                .startsWith("BAD_FIELD event:");
        assertThat(refusal("page", "{\"userId\": \"a\\u0000b\"}"))
                .startsWith("BAD_FIELD userId:")
                .contains("NUL");
        assertThat(refusal("page", "{\"userId\": \"a\\ud800\"}")).startsWith("BAD_FIELD userId:");
        assertThat(refusal("page", "{\"userId\": \"u\", \"properties\": [0]}")).startsWith("BAD_FIELD properties:");
        assertThat(refusal("identify", "{\"userId\": \"u\", \"traits\": \"x\"}"))
                .startsWith("BAD_FIELD traits:");
        assertThat(refusal("page", "{\"userId\": \"u\", \"context\": 1}")).startsWith("BAD_FIELD context:");
        assertThat(refusal("page", "{\"userId\": \"u\", \"properties\": {\"pageType\": \"two words\"}}"))
                .startsWith("BAD_FIELD properties.pageType: `two words`");
        assertThat(
                        refusal(
                                "track",
                                "{\"userId\": \"u\", \"event\": \"e\", \"properties\": {\"clickTarget\": \"x\", \"clickCategory\": \"y\"}}"))
                .startsWith("BAD_FIELD properties.clickCategory: `y`")
                .contains("AI_AGENT");
        assertThat(refusal("page", "{\"userId\": \"u\", \"properties\": {\"shareCode\": \"" + "x".repeat(201) + "\"}}"))
                .startsWith("BAD_FIELD properties.shareCode:");
    }

    @Test
    void properties_that_cannot_be_kept_are_rejected() {
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        for (Object value :
                List.of("\0", "\ud800", deep, Double.POSITIVE_INFINITY, new BigDecimal("1e999999"), Map.of("\0", 1))) {
            Map<String, Object> item = Map.of("userId", "u", "properties", Map.of("x", value));
            assertThat(bad("page", item, origin(false, null)).code()).isEqualTo("BAD_FIELD");
            Map<String, Object> other = Map.of("userId", "u", "context", Map.of("x", value));
            assertThat(bad("page", other, origin(false, null)).code()).isEqualTo("BAD_FIELD");
        }
    }

    @Test
    void an_event_has_at_most_32_KB() {
        Map<String, Object> item = Map.of("userId", "u", "properties", Map.of("x", "ä".repeat(16_300)));
        assertThat(good("page", item, origin(false, null)).properties()).containsKey("x");
        Map<String, Object> larger = Map.of("userId", "u", "properties", Map.of("x", "ä".repeat(16_400)));
        assertThat(bad("page", larger, origin(false, null)).code()).isEqualTo("TOO_LARGE");
    }

    @Test
    void an_event_without_a_message_id_gets_one() {
        String one = good("page", "{\"userId\": \"u\"}").messageId();
        assertThat(UUID.fromString(one).version()).isEqualTo(7);
        assertThat(good("page", "{\"userId\": \"u\"}").messageId()).isNotEqualTo(one);
    }

    @Test
    void only_what_runs_at_the_visitors_tells_their_address_and_program() {
        Map<String, Object> plain = Map.of("userId", "u", "context", Map.of("ip", "198.51.100.99"));
        TrackedEvent browser = good("page", plain, origin(true, CHROME));
        assertThat(browser.ipAddress()).isEqualTo("203.0.113.0");
        assertThat(browser.userAgent()).isEqualTo(CHROME);
        assertThat(browser.context()).doesNotContainKey("ip");

        TrackedEvent server = good("page", plain, origin(false, "analytics-java/3.5"));
        assertThat(server.ipAddress()).isEqualTo("198.51.100.0");
        assertThat(server.userAgent()).isNull();
        assertThat(server.bot()).isFalse();

        Map<String, Object> phone = Map.of(
                "userId", "u", "context", Map.of("library", Map.of("name", "analytics-ios"), "userAgent", CHROME));
        TrackedEvent application = good("screen", phone, origin(false, "CFNetwork"));
        assertThat(application.ipAddress()).isEqualTo("203.0.113.0");
        assertThat(application.userAgent()).isEqualTo(CHROME);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.77,203.0.113.0",
        "203.0.113.77:4711,203.0.113.0",
        "'203.0.113.77, 10.0.0.1',203.0.113.0",
        "2001:db8:1:2:3:4:5:6,2001:db8:1:0:0:0:0:0",
        "[2001:db8:1:2::1]:443,2001:db8:1:0:0:0:0:0",
        "localhost,",
        "nonsense,",
        "'',"
    })
    void addresses_are_truncated_or_dropped(String address, @Nullable String kept) {
        assertThat(IpAddresses.TRUNCATE.of(address)).isEqualTo(kept);
        assertThat(IpAddresses.DROP.of(address)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true|Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "true|Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
                "true|Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
                "true|facebookexternalhit/1.1",
                "true|Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
                "true|Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Prerender (+https://github.com/prerender/prerender)",
                "true|Mozilla/5.0 (Linux; Android 11; moto g power) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36 Chrome-Lighthouse",
                "true|Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
                "true|Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 (compatible; Google-InspectionTool/1.0;)",
                "true|curl/8.5.0",
                "true|Wget/1.21.4",
                "true|python-requests/2.32.3",
                "true|Go-http-client/2.0",
                "true|axios/1.7.2",
                "true|node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
                "true|Mozilla/5.0 (acme monitor 3; of this server's own list)",
                "false|okhttp/4.12.0",
                "true|Java/17.0.10",
                "false|Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/AP1A.240505.004)",
                "false|Curling/2 CFNetwork/1496.0.7 Darwin/23.5.0",
                "false|Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "false|Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "false|Mozilla/5.0 (Linux; Android 13; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
            })
    void bots_are_told_by_their_user_agent(boolean bot, String userAgent) {
        assertThat(good("page", Map.of("userId", "u"), origin(true, userAgent)).bot())
                .isEqualTo(bot);
        assertThat(good("page", Map.of("userId", "u", "context", Map.of("userAgent", userAgent)), origin(false, null))
                        .bot())
                .isEqualTo(bot);
    }

    @Test
    void a_page_that_keeps_nothing_has_a_visitor_of_the_day_and_no_address() {
        Map<String, Object> page = Map.of("context", Map.of("storage", "none"));
        TrackedEvent event = good("page", page, origin(true, CHROME));
        assertThat(event.visitor()).startsWith("daily:");
        assertThat(event.ipAddress()).isNull();
        assertThat(event.sessionId()).isNull();
        assertThat(event.bot()).isFalse();
        assertThat(good("page", page, origin(true, "HeadlessChrome/140")).bot()).isTrue();
        assertThat(good("page", Map.of("anonymousId", "a", "context", Map.of("storage", "none")), origin(true, CHROME))
                        .visitor())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"None", "local", "", " none", "[\"none\"]", "true", "null", "0"})
    void whatever_else_a_page_says_of_storage_makes_no_visitor(String storage) {
        Object value = storage.matches("\\[.*|true|null|0") ? Jsons.read(storage) : storage;
        Map<String, Object> context = new HashMap<>();
        context.put("storage", value);
        assertThat(bad("page", Map.of("context", context), origin(true, CHROME)).code())
                .isEqualTo("NO_VISITOR");
    }

    @Test
    void a_program_cannot_have_its_visitors_made() {
        assertThat(bad("page", Map.of("context", Map.of("storage", "none")), origin(false, CHROME))
                        .code())
                .isEqualTo("NO_VISITOR");
    }

    @Test
    void what_is_kept_of_a_reject_has_no_secrets() {
        ReceivedEvent.Invalid bad = bad(
                "page",
                Map.of("writeKey", "pgk_secret", "context", Map.of("ip", "203.0.113.77", "locale", "de")),
                origin(false, null));
        assertThat(bad.body()).isEqualTo(Map.of("context", Map.of("locale", "de")));
    }

    private static EventOrigin origin(boolean browser, @Nullable String userAgent) {
        return new EventOrigin(NOW, Map.of(), "203.0.113.77", userAgent, browser, "de-DE,de;q=0.9", "at");
    }

    private TrackedEvent good(String kind, String item) {
        return good(kind, Jsons.read(item), origin(false, null));
    }

    private TrackedEvent good(@Nullable String kind, @Nullable Object item, EventOrigin origin) {
        ReceivedEvent read = reader.read(kind, item, origin);
        assertThat(read).as("%s", read).isInstanceOf(ReceivedEvent.Valid.class);
        return ((ReceivedEvent.Valid) read).ofOrganization().apply(ORGANIZATION);
    }

    private ReceivedEvent.Invalid bad(@Nullable String kind, Object item, EventOrigin origin) {
        ReceivedEvent read = reader.read(kind, item, origin);
        assertThat(read).as("%s", read).isInstanceOf(ReceivedEvent.Invalid.class);
        return (ReceivedEvent.Invalid) read;
    }

    private String refusal(String kind, String item) {
        ReceivedEvent read = reader.read(kind, Jsons.read(item), origin(false, null));
        return read instanceof ReceivedEvent.Invalid bad ? bad.code() + " " + bad.reason() : "accepted";
    }

    private static final class Jsons {
        private static final io.micronaut.json.JsonMapper MAPPER = io.micronaut.json.JsonMapper.createDefault();

        static @Nullable Object read(String text) {
            try {
                return MAPPER.readValue(text, Object.class);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
