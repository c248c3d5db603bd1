package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** How the snippet and the demo page are served. */
@MicronautTest(transactional = false)
class DeliveryTest {
    @Inject
    Api api;

    @Inject
    Demo demo;

    @Inject
    Superuser superuser;

    @Test
    void the_snippet_is_under_3000_bytes() {
        Answer snippet = api.send(api.bearer(null).request("/p.js").build());
        assertThat(snippet.status()).isEqualTo(200);
        assertThat(snippet.text().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(500, 2999);
        assertThat(snippet.text()).contains("/v1/e", "doNotTrack", "sendBeacon");
        assertThat(header(snippet, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(snippet, "Cache-Control")).contains("max-age=3600");
        assertThat(header(snippet, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(snippet, "Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
        assertThat(header(snippet, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void the_snippet_is_not_sent_again_to_whoever_has_it() {
        String tag = header(api.send(api.bearer(null).request("/p.js").build()), "ETag");
        Answer again = api.send(
                api.bearer(null).request("/p.js").header("If-None-Match", tag).build());
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(tag);
        Answer other = api.send(api.bearer(null)
                .request("/p.js")
                .header("If-None-Match", "W/\"other\"")
                .build());
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void the_snippet_travels_compressed() throws IOException, InterruptedException {
        var request = api.bearer(null).request("/p.js");
        HttpResponse<byte[]> compressed = HttpClient.newHttpClient()
                .send(request.header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(compressed.body()).hasSizeLessThan(1750);
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
            assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(
                            api.send(api.bearer(null).request("/p.js").build()).text());
        }
    }

    @Test
    void the_demo_page_is_there_as_long_as_the_demo_and_its_key_are() {
        demo.load();
        Answer page = page();
        assertThat(page.status()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
        String key = key(page);
        superuser.execute("update api_keys set revoked_at = now() where prefix = ?", key.substring(0, 10));
        assertThat(page().status()).isEqualTo(404);
        demo.load();
        assertThat(key(page())).isNotEqualTo(key);
    }

    @Test
    void the_key_of_the_demo_page_may_send_events_and_read_nothing() {
        demo.load();
        String key = key(page());
        assertThat(api.bearer(key)
                        .ask("{ organization(slug: \"acme\") { name } }")
                        .succeeded()
                        .at("organization"))
                .isNull();
        assertThat(superuser.text(
                        "select scopes::text from api_keys where prefix = ? and revoked_at is null",
                        key.substring(0, 10)))
                .isEqualTo("{ingest}");
    }

    @Test
    void the_demo_page_may_load_nothing_from_elsewhere() {
        demo.load();
        Answer page = page();
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(Pattern.compile("(?:src|href)=\"([^\"]*)\"")
                        .matcher(page.text())
                        .results()
                        .map(found -> found.group(1)))
                .isNotEmpty()
                .allMatch(address -> address.matches("/[^/].*|mailto:.*|tel:.*"));
        for (String file : new String[] {"page.css", "page.js", "receipts.js", "portrait.svg"}) {
            Answer answer = api.send(api.bearer(null).request("/demo/" + file).build());
            assertThat(answer.status()).as(file).isEqualTo(200);
            assertThat(header(answer, "Content-Security-Policy")).as(file).isNotEmpty();
        }
    }

    private Answer page() {
        return api.send(api.bearer(null).request("/demo/").build());
    }

    private static String key(Answer page) {
        var found = Pattern.compile("data-key=\"(pgk_[0-9A-Za-z_-]+)\"").matcher(page.text());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
