package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CircumstanceReaderTest {
    private static final String SHOP = "https://www.shop.example/cart";

    private final CircumstanceReader reader = reader(List.of());

    private static CircumstanceReader reader(List<String> parameters) {
        return new CircumstanceReader(
                new TrafficSources(),
                new DeviceDetector(),
                new EventSettings(Duration.ofDays(90), IpAddresses.DROP, null, null, parameters, null));
    }

    /** The referrer, the query of the page, and which source and channel these are. */
    @ParameterizedTest
    @CsvSource({
        ", , '', ''",
        "https://www.google.com/, , google, Organic Search",
        "https://www.google.co.uk/search?q=x, , google, Organic Search",
        "https://google.evil.example/, , google.evil.example, Referral",
        "https://notgoogle.com/, , notgoogle.com, Referral",
        "https://mail.google.com/mail/u/0, , gmail, Email",
        "android-app://com.google.android.gm/, , gmail, Email",
        "https://gemini.google.com/app, , gemini, AI Assistants",
        "https://chatgpt.com/, utm_source=chatgpt.com, chatgpt, AI Assistants",
        "https://l.facebook.com/l.php?u=x, , facebook, Organic Social",
        "https://t.co/abc, , x, Organic Social",
        "https://m.youtube.com/watch, , youtube, Organic Video",
        "https://www.amazon.de/dp/1, , amazon, Organic Shopping",
        "https://News.Example:8443/today?id=1, , news.example, Referral",
        "https://shop.example/other, , '', ''",
        "http://www.shop.example/other, , '', ''",
        "https://blog.shop.example/, , blog.shop.example, Referral",
        "https://www.google.com/, utm_source=Newsletter&utm_medium=Email, newsletter, Email",
        ", utm_source=google&utm_medium=cpc, google, Paid Search",
        ", utm_source=facebook&utm_medium=paid-social, facebook, Paid Social",
        ", utm_source=youtube&utm_medium=ppc, youtube, Paid Video",
        ", utm_source=amazon&utm_medium=cpc, amazon, Paid Shopping",
        ", utm_source=x.example&utm_medium=cpc&utm_campaign=Shopping-May, x.example, Paid Shopping",
        ", utm_source=ads.example&utm_medium=cpm, ads.example, Display",
        ", utm_source=ads.example&utm_medium=ppc, ads.example, Paid Other",
        ", utm_source=partner&utm_medium=affiliate, partner, Affiliates",
        ", utm_source=pod&utm_medium=audio, pod, Audio",
        ", utm_source=sms, sms, SMS",
        ", utm_source=app&utm_medium=web-push, app, Mobile Push",
        ", utm_source=flyer&utm_medium=print, flyer, Other",
        ", utm_medium=organic, '', Organic Search",
        "not an address, , '', ''",
        "'https://a b/', , '', ''"
    })
    void a_source_is_named_by_the_campaign_or_the_referrer(
            @Nullable String referrer, @Nullable String query, String source, String channel) {
        Circumstances read = page(SHOP + (query == null ? "" : "?" + query), referrer);
        assertThat(value(read, SessionDimension.SOURCE)).isEqualTo(source);
        assertThat(value(read, SessionDimension.CHANNEL)).isEqualTo(channel);
        assertThat(value(read, SessionDimension.HOSTNAME)).isEqualTo("shop.example");
    }

    @Test
    void a_referrer_has_no_query_and_no_secret() {
        assertThat(value(page(SHOP, "https://user:password@news.example:80/a/b?token=1#x"), SessionDimension.REFERRER))
                .isEqualTo("news.example/a/b");
        assertThat(value(page(SHOP, "https://news.example/?q"), SessionDimension.REFERRER))
                .isEqualTo("news.example");
        assertThat(value(page(SHOP, SHOP + "/2"), SessionDimension.REFERRER)).isEmpty();
    }

    @Test
    void what_the_context_says_of_a_campaign_wins_over_the_address() {
        Circumstances read = reader.read(
                TrackType.PAGE,
                Map.of(),
                Map.of(
                        "page",
                        Map.of("url", SHOP + "?utm_source=a&utm_campaign=b&utm_term=%C3%BC+%E0%A4%A&utm_content=c%00d"),
                        "campaign",
                        Map.of("source", "Mail", "name", "Spring")),
                null,
                null,
                null,
                () -> null,
                null);
        assertThat(value(read, SessionDimension.UTM_SOURCE)).isEqualTo("mail");
        assertThat(value(read, SessionDimension.UTM_CAMPAIGN)).isEqualTo("Spring");
        assertThat(value(read, SessionDimension.UTM_TERM)).isEqualTo("%C3%BC+%E0%A4%A");
        assertThat(value(read, SessionDimension.UTM_CONTENT)).isEqualTo("c d");
    }

    @ParameterizedTest
    @CsvSource({
        "de, de",
        "de-AT, de",
        "zh_Hant_TW, zh",
        "'en-US,en;q=0.9', en",
        "*, ''",
        "english, ''",
        "'', ''",
        "'x; drop table', ''"
    })
    void a_language_is_its_first_part(String given, String language) {
        assertThat(value(read(TrackType.PAGE, Map.of(), null, null, given), SessionDimension.LANGUAGE))
                .isEqualTo(language);
    }

    @ParameterizedTest
    @CsvSource({"de, DE", "XX, ''", "T1, ''", "DEU, ''"})
    void a_country_is_what_two_letters_say(String given, String country) {
        assertThat(value(read(TrackType.PAGE, Map.of(), null, given, null), SessionDimension.COUNTRY))
                .isEqualTo(country);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 | desktop | Chrome | Windows",
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0 | desktop | Firefox | Linux",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 | mobile | Safari | iOS",
                "Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1 | tablet | Safari | iOS",
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36 | mobile | Chrome | Android",
                "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 | tablet | Chrome | Android",
                "no browser at all | '' | '' | ''"
            })
    void a_user_agent_tells_device_browser_and_system(String userAgent, String device, String browser, String os) {
        Circumstances read = read(TrackType.PAGE, Map.of("page", Map.of("url", SHOP)), userAgent, null, null);
        assertThat(value(read, SessionDimension.DEVICE)).isEqualTo(device);
        assertThat(value(read, SessionDimension.BROWSER)).isEqualTo(browser);
        assertThat(value(read, SessionDimension.OS)).isEqualTo(os);
    }

    @ParameterizedTest
    @CsvSource({
        "partner.example/offer, partner.example",
        "www.Partner.example:8080/, partner.example",
        "shop.example/other, ",
        "www.shop.example/, ",
        "contact.phone, ",
        "menu/open, ",
        "/relative, ",
        "someone@mail.example, "
    })
    void a_link_to_another_host_is_outbound(String target, @Nullable String host) {
        var context = Map.<String, Object>of("page", Map.of("url", SHOP));
        assertThat(reader.read(TrackType.CLICK, Map.of(), context, target, null, null, () -> null, null)
                        .outboundLink())
                .isEqualTo(host);
    }

    @Test
    void the_path_of_a_click_is_that_of_its_page() {
        var context = Map.<String, Object>of("page", Map.of("url", SHOP));
        Circumstances click =
                reader.read(TrackType.CLICK, Map.of("path", "/elsewhere"), context, "a", null, null, () -> null, null);
        assertThat(click.path()).isEqualTo("/cart");
        assertThat(value(click, SessionDimension.ENTRY_PATH)).isEqualTo("/cart");
        assertThat(reader.read(TrackType.TRACK, Map.of(), context, null, null, null, () -> null, null))
                .isEqualTo(Circumstances.NONE);
    }

    @Test
    void parameters_that_count_belong_to_the_path() {
        Circumstances read = reader(List.of(" ID", "page"))
                .read(
                        TrackType.PAGE,
                        Map.of(),
                        Map.of("page", Map.of("url", SHOP + "?page=2&secret=1&id=a%20b#top")),
                        null,
                        null,
                        null,
                        () -> null,
                        null);
        assertThat(read.path()).isEqualTo("/cart?id=a b&page=2");
        assertThat(page(SHOP + "?page=2", null).path()).isEqualTo("/cart");
    }

    /** Whatever is sent, it is read, and no value is too long or cannot be stored. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//",
                "https://",
                "https://?utm_source=%",
                "https://[::1]:80/x?utm_source=\ud800",
                "https://shop.example/?utm_source=a\u0000b\u202ec",
                "https://shop.example/?&&&=&=a&utm_source",
                "javascript:alert(1)",
                "https://%00/%00"
            })
    void hostile_addresses_are_no_fault(String address) {
        for (String url :
                List.of(address, address + "a".repeat(20_000), address + "?utm_source=" + "ü".repeat(5_000))) {
            Circumstances read = page(url, url);
            assertThat(read.dimensions()).allSatisfy(value -> {
                assertThat(value.length()).isLessThanOrEqualTo(EventLimits.MAX_PATH);
                assertThat(value).doesNotContain("\u0000", "\ud800", "\u202e");
            });
        }
        Map<String, Object> odd = new HashMap<>();
        odd.put("page", List.of(1));
        odd.put("campaign", 3);
        odd.put("locale", Map.of());
        assertThat(read(TrackType.PAGE, odd, null, null, null)).isEqualTo(Circumstances.NONE);
    }

    private Circumstances page(String url, @Nullable String referrer) {
        return reader.read(
                TrackType.PAGE, Map.of(), Map.of("page", Map.of("url", url)), null, null, referrer, () -> null, null);
    }

    private Circumstances read(
            TrackType type,
            Map<String, Object> context,
            @Nullable String userAgent,
            @Nullable String country,
            @Nullable String languages) {
        return reader.read(type, Map.of(), context, null, userAgent, null, () -> country, languages);
    }

    private static String value(Circumstances read, SessionDimension dimension) {
        return read.dimensions().isEmpty() ? "" : read.dimensions().get(dimension.position() - 1);
    }
}
