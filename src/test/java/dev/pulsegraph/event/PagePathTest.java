package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagePathTest {
    @ParameterizedTest
    @CsvSource({
        "https://shop.example/cart?step=2#top, /cart",
        "https://shop.example, /",
        "https://shop.example?a=/b, /",
        "https://shop.example#top, /",
        "//shop.example/a//b, /a//b",
        "/cart?next=//elsewhere/x, /cart",
        "/a//b, /a//b",
        "app://com.example.shop/home, /home",
        "https://shop.example/#/cart/3?x=1, /#/cart/3",
        "https://shop.example/app?x=1#!/cart, /app#!/cart",
        "https://shop.example/%C3%BC ber, /%C3%BC ber"
    })
    void a_path_is_what_follows_the_host_without_query(String url, String path) {
        assertThat(PagePath.of(Map.of("url", url), Map.of())).isEqualTo(path);
        assertThat(PagePath.of(Map.of(), Map.of("page", Map.of("url", url)))).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "cart", "?a=b", "#top", "mailto:a@b.example", "about:blank", "/\0"})
    void what_is_no_address_has_no_path(String url) {
        assertThat(PagePath.of(Map.of("url", url), Map.of())).isNull();
    }

    @Test
    void a_path_that_is_told_is_preferred_to_a_url() {
        Map<String, Object> context = Map.of("page", Map.of("url", "https://shop.example/b", "path", "/a"));
        assertThat(PagePath.of(Map.of("url", "https://shop.example/c"), context))
                .isEqualTo("/a");
        assertThat(PagePath.of(Map.of("path", 3), Map.of("page", "none"))).isNull();
    }

    @Test
    void a_long_path_is_cut() {
        assertThat(PagePath.of(Map.of("path", "/" + "ä".repeat(10_000)), Map.of()))
                .hasSize(EventLimits.MAX_PATH);
    }
}
