package dev.pulsegraph.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JSON is taken, and that the rest harms only the item it stands in. */
class JsonBoundTest {
    private final StrictJson json = new StrictJson();

    @ParameterizedTest
    @ValueSource(ints = {33, 64, 65, 1_000, 1_100, 10_000})
    void what_is_too_deep_is_told_and_leaves_its_neighbour_alone(int levels) throws IOException {
        List<?> batch = (List<?>) read("[{\"a\": 1}, " + "[".repeat(levels) + "]".repeat(levels) + "]");
        assertThat(JsonSize.of(batch.get(0)).fault()).isNull();
        assertThat(JsonSize.of(batch.get(1)).fault()).contains("32 levels");
    }

    @Test
    void levels_up_to_the_bound_are_taken() throws IOException {
        assertThat(fault("{\"a\":".repeat(32) + "1" + "}".repeat(32))).isNull();
        assertThat(fault("{\"a\":".repeat(33) + "1" + "}".repeat(33))).contains("32 levels");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1e400",
                "1e131071",
                "1e-400",
                "1e-50000000",
                "1e999999999",
                "1e-99999999999",
                "0.5e-400"
            })
    void a_number_of_too_many_digits_is_told_whatever_its_form(String number) throws IOException {
        assertThat(fault("{\"a\": " + number + "}")).contains("too large");
    }

    @Test
    void a_long_number_is_told_without_being_read() throws IOException {
        assertThat(fault("1".repeat(400))).isNull();
        assertThat(fault("1".repeat(401))).contains("400 digits");
        assertThat(fault("1".repeat(500_000))).contains("400 digits");
        assertThat(fault("0." + "1".repeat(500_000))).contains("400 digits");
    }

    @Test
    void numbers_keep_their_digits() throws IOException {
        assertThat(
                        read(
                                "[0.1234567890123456789012345678901234567890, 12345678901234567890, 9007199254740993, 1e399, 7, -0.0]"))
                .isEqualTo(List.of(
                        new BigDecimal("0.1234567890123456789012345678901234567890"),
                        new BigInteger("12345678901234567890"),
                        9007199254740993L,
                        new BigDecimal("1e399"),
                        7,
                        new BigDecimal("0.0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": \"x\\u0000\"}", "{\"x\\u0000\": 1}", "[\"\\ud800\"]", "[\"\\udc00\\ud800\"]"})
    void what_is_no_character_is_told(String text) throws IOException {
        assertThat(fault(text)).contains("NUL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{\"a\": 1} x",
                "{} {}",
                "[1",
                "{\"a\" 1}",
                "NaN",
                "01",
                "1e",
                "'a'",
                "{a: 1}",
                "tru",
                "\"a"
            })
    void what_is_not_one_value_is_no_json(String text) {
        assertThatThrownBy(() -> json.read(text)).isInstanceOf(IOException.class);
    }

    @Test
    void an_object_that_names_a_key_twice_is_refused_where_that_matters() throws IOException {
        byte[] twice = {'{', '"', 'a', '"', ':', '1', ',', '"', 'a', '"', ':', '2', '}'};
        assertThat(json.read(twice)).isEqualTo(Map.of("a", 2));
        assertThatThrownBy(() -> json.readDistinct(twice)).isInstanceOf(IOException.class);
    }

    private @Nullable String fault(String text) throws IOException {
        return JsonSize.of(json.read(text)).fault();
    }

    private Object read(String text) throws IOException {
        return Objects.requireNonNull(json.read(text));
    }
}
