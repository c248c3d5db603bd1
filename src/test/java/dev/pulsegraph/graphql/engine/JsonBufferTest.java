package dev.pulsegraph.graphql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written is what the library for JSON writes. */
class JsonBufferTest {
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private static void check(@Nullable Object value) throws IOException {
        var out = new JsonBuffer(1);
        out.value(value);
        assertThat(new String(out.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo(new String(JSON.writeValueAsBytes(Arrays.asList(value)), StandardCharsets.UTF_8)
                        .replaceAll("(?s)^\\[(.*)]$", "$1"));
    }

    @Test
    void texts() throws IOException {
        check("");
        check("plain");
        check("\"quoted\" and \\ back / forth");
        check("\uD83D\uDE80 up, ä, €, \u2028");
        for (char c = 0; c < Character.MIN_SURROGATE; c++) {
            if (c < 0x900 || c % 97 == 0) {
                check("a" + c + "b");
            }
        }
    }

    @Test
    void numbers() throws IOException {
        for (Object number : new Object[] {
            0,
            -1,
            7,
            10,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            0.0,
            -0.0,
            1.0,
            -1.5,
            9_999_999.0,
            10_000_000.0,
            1e21,
            1e-7,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            new BigDecimal("12345678901234567890.5")
        }) {
            check(number);
        }
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            check(random.nextLong() >> random.nextInt(64));
            check(random.nextInt(1_000_000) / 1000.0);
            check(random.nextGaussian());
        }
    }

    @Test
    void maps_and_lists() throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("list", List.of(1, "two", List.of(), Map.of()));
        map.put("flag", true);
        map.put("ä\n", "text");
        check(map);
        check(List.of(map, map));
    }

    @Test
    void what_was_written_last_can_be_taken_back() {
        var out = new JsonBuffer(1);
        out.value("kept");
        int size = out.size();
        out.value(List.of(1, 2, 3));
        out.truncate(size);
        out.value(null);
        assertThat(new String(out.toBytes(), StandardCharsets.UTF_8)).isEqualTo("\"kept\"null");
    }
}
