package dev.pulsegraph.hostile;

import dev.pulsegraph.support.Json;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes something out of what is known: by words of the same kind, by words at all, by bytes, by repetition. */
final class Mutator {
    private static final int LONGEST = 200_000;
    private static final String[] ODD = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1",
        "2147483647",
        "2147483648",
        "-9223372036854775809",
        "0.1",
        "1e308",
        "1e400",
        "1e-400",
        "NaN",
        "Infinity",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\uffff\"",
        "\"😀\"",
        "\"ß\"",
        "\"'\"",
        "\"%\"",
        "\"--\"",
        "\"\\\\\"",
        "\"\\\"\"",
        "\"0\"",
        "\"2026-02-30T00:00:00Z\"",
        "\"9999-12-31T23:59:59Z\"",
        "\"0000-01-01T00:00:00Z\"",
        "\"2026-01-01\"",
        "\"Europe/Berlin\"",
        "\"00000000-0000-0000-0000-000000000000\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"\":null}",
        "{\"a\":{\"a\":{}}}",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "!",
        "@",
        "$",
        "...",
        "#",
        "\"\"\"",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\u2028",
        "\ufeff",
        "\u0000",
        "\"",
        "\\",
        "'",
        ";"
    };

    private final Random random;
    private final Json json;
    private final List<Input> corpus;
    private final Map<String, List<Input>> byPath;
    private final List<String> odd;

    /** @param odd what has made trouble before */
    Mutator(Random random, Json json, List<Input> corpus, List<String> odd) {
        this.random = random;
        this.json = json;
        this.corpus = corpus;
        this.byPath = new TreeMap<>(corpus.stream().collect(Collectors.groupingBy(Input::path)));
        this.odd = Stream.concat(Arrays.stream(ODD), odd.stream()).toList();
    }

    Input next() {
        Input input = random.nextInt(3) > 0
                ? one(byPath.getOrDefault("/graphql", corpus))
                : one(one(List.copyOf(byPath.values())));
        // Most of what is no JSON any more is refused at once, and nothing behind that would be tried.
        byte @Nullable [] understood = random.nextInt(4) > 0 ? understood(input) : null;
        byte[] body = understood == null ? input.body() : understood;
        int changes = understood == null ? 1 + random.nextInt(3) : 0;
        for (int i = 0; i < changes; i++) {
            body = changed(body, input);
        }
        body = body.length > LONGEST ? Arrays.copyOf(body, LONGEST) : body;
        if (input.path().equals(Input.SOCKET) || random.nextInt(10) > 0) {
            return input.with(body);
        }
        byte[] zipped = Gzip.of(body);
        return input.zipped(random.nextBoolean() ? zipped : bytes(zipped));
    }

    /** What still is JSON, line by line, with other values in other places; null where it was none. */
    private byte @Nullable [] understood(Input input) {
        List<String> lines = new ArrayList<>();
        for (String line : input.type().endsWith("ndjson") || input.path().equals(Input.SOCKET)
                ? input.text().split("\n")
                : new String[] {input.text()}) {
            @Nullable Object tree = tree(line);
            if (tree == null) {
                return null;
            }
            lines.add(json.line(Objects.requireNonNullElse(changed(tree), List.of())));
        }
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable Object tree(String text) {
        try {
            return text.isBlank() ? null : json.read(text);
        } catch (UncheckedIOException notJson) {
            return null;
        }
    }

    private @Nullable Object changed(@Nullable Object value) {
        boolean isWithin = random.nextInt(8) > 0;
        if (isWithin && value instanceof Map<?, ?> map && !map.isEmpty()) {
            return changed(map);
        }
        return isWithin && value instanceof List<?> list && !list.isEmpty() ? changed(list) : other(value);
    }

    private Map<Object, @Nullable Object> changed(Map<?, ?> map) {
        Map<Object, @Nullable Object> changed = new LinkedHashMap<>(map);
        Object key = one(List.copyOf(changed.keySet()));
        Object value = changed.get(key);
        switch (random.nextInt(12)) {
            case 0 -> changed.remove(key);
            case 1 -> changed.put(one(odd), value);
            default -> changed.put(key, key.equals("query") ? document(value) : changed(value));
        }
        return changed;
    }

    private List<@Nullable Object> changed(List<?> list) {
        List<@Nullable Object> changed = new ArrayList<>(list);
        int place = random.nextInt(changed.size());
        Object value = changed.get(place);
        switch (random.nextInt(6)) {
            case 0 -> changed.remove(place);
            case 1 -> changed.addAll(Collections.nCopies((int) Math.pow(2000, random.nextDouble()), value));
            default -> changed.set(place, changed(value));
        }
        return changed;
    }

    private @Nullable Object other(@Nullable Object value) {
        return switch (random.nextInt(6)) {
            case 0 -> List.of(Objects.requireNonNullElse(value, 0));
            case 1 -> Map.of("a", Objects.requireNonNullElse(value, 0));
            case 2 -> String.valueOf(value).repeat(1 + (int) Math.pow(5000, random.nextDouble()));
            case 3 -> nested((int) Math.pow(900, random.nextDouble()));
            default -> odd();
        };
    }

    private static Object nested(int levels) {
        Object value = List.of();
        for (int i = 0; i < levels; i++) {
            value = List.of(value);
        }
        return value;
    }

    private @Nullable Object odd() {
        String text = one(odd);
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException noNumber) {
            @Nullable Object tree = tree(text);
            return tree == null ? text : tree;
        }
    }

    /** Another document of which most is as it was: other values, and now and then another word. */
    private Object document(@Nullable Object document) {
        byte[] body = String.valueOf(document).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i <= random.nextInt(3); i++) {
            body = words(body, random.nextInt(3) > 0 ? this::value : this::any);
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private void value(List<String> words, int place) {
        List<Integer> values = IntStream.range(0, words.size())
                .filter(i -> words.get(i).matches("(?s)[\"\\-\\d].*|[A-Z_]+|true|false|null"))
                .boxed()
                .toList();
        alike(words, values.isEmpty() ? place : one(values));
    }

    private byte[] changed(byte[] body, Input input) {
        return switch (random.nextInt(10)) {
            case 0 -> bytes(body);
            case 1 -> repeated(body);
            case 2 -> spliced(body, input);
            case 3, 4 -> words(body, this::any);
            default -> words(body, this::alike);
        };
    }

    /** Another word in place of one that holds something, or two. */
    private byte[] words(byte[] body, Change change) {
        List<String> words = split(body);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (!words.get(i).isBlank()) {
                places.add(i);
            }
        }
        if (places.isEmpty()) {
            return body;
        }
        change.at(words, one(places));
        return String.join("", words).getBytes(StandardCharsets.UTF_8);
    }

    private void alike(List<String> words, int place) {
        String word = words.get(place);
        List<String> others = split(one(corpus).body()).stream()
                .filter(other -> kind(other) == kind(word))
                .toList();
        // A document within JSON is one word; what is within it is changed as the document that it is.
        if (kind(word) == '"' && word.length() > 40 && random.nextInt(4) > 0) {
            String inside =
                    word.substring(1, word.length() - 1).replace("\\n", "\n").replace("\\\"", "\"");
            String changed = new String(
                    words(inside.getBytes(StandardCharsets.UTF_8), random.nextBoolean() ? this::any : this::alike),
                    StandardCharsets.UTF_8);
            words.set(place, '"' + changed.replace("\"", "\\\"").replace("\n", "\\n") + '"');
        } else if (others.isEmpty() || random.nextInt(3) == 0) {
            words.set(place, one(odd));
        } else {
            words.set(place, one(others));
        }
    }

    private void any(List<String> words, int place) {
        switch (random.nextInt(5)) {
            case 0 -> words.set(place, "");
            case 1 -> words.add(place, words.get(place));
            case 2 -> words.set(place, words.set(random.nextInt(words.size()), words.get(place)));
            case 3 -> words.add(place, one(odd));
            default -> {
                List<String> others = split(one(corpus).body());
                words.set(place, one(others.isEmpty() ? odd : others));
            }
        }
    }

    private byte[] bytes(byte[] body) {
        byte[] changed = body.clone();
        if (changed.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int from = random.nextInt(changed.length);
        switch (random.nextInt(4)) {
            case 0 -> changed[from] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[from] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(changed, from);
            }
            default -> {
                int to = Math.min(changed.length, from + 1 + random.nextInt(16));
                var out = new ByteArrayOutputStream();
                out.write(changed, 0, from);
                out.write(changed, to, changed.length - to);
                return out.toByteArray();
            }
        }
        return changed;
    }

    /** A part of it, over and over. */
    private byte[] repeated(byte[] body) {
        List<String> words = split(body);
        if (words.isEmpty()) {
            return body;
        }
        int from = random.nextInt(words.size());
        int to = Math.min(words.size(), from + 1 + random.nextInt(8));
        String part = String.join("", words.subList(from, to));
        int most = Math.max(1, Math.min(20_000, LONGEST / Math.max(1, part.length())));
        words.add(from, part.repeat(1 + (int) Math.pow(most, random.nextDouble())));
        return String.join("", words).getBytes(StandardCharsets.UTF_8);
    }

    /** The beginning of it and the end of another. */
    private byte[] spliced(byte[] body, Input input) {
        byte[] other = one(corpus.stream()
                        .filter(known -> known.path().equals(input.path()))
                        .toList())
                .body();
        var out = new ByteArrayOutputStream();
        out.write(body, 0, random.nextInt(body.length + 1));
        int from = random.nextInt(other.length + 1);
        out.write(other, from, other.length - from);
        return out.toByteArray();
    }

    /** Words of JSON, of GraphQL and of CSV alike: a text in quotes, a name, a number, blanks, a sign. */
    private static List<String> split(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = end(text, from);
            words.add(text.substring(from, to));
            from = to;
        }
        return words;
    }

    private static int end(String text, int from) {
        char first = text.charAt(from);
        if (first == '"') {
            int to = from + 1;
            while (to < text.length() && text.charAt(to) != '"') {
                to += text.charAt(to) == '\\' ? 2 : 1;
            }
            return Math.min(text.length(), to + 1);
        }
        if (isOfName(first)) {
            return end(text, from, Mutator::isOfName);
        }
        if (Character.isDigit(first) || first == '-') {
            return end(text, from, c -> Character.isDigit(c) || "+-.eE".indexOf(c) >= 0);
        }
        return Character.isWhitespace(first)
                ? end(text, from, Character::isWhitespace)
                : from + Character.charCount(text.codePointAt(from));
    }

    private static int end(String text, int from, IntPredicate belongs) {
        int to = from + 1;
        while (to < text.length() && belongs.test(text.charAt(to))) {
            to++;
        }
        return to;
    }

    private static boolean isOfName(int sign) {
        return Character.isLetter(sign) || sign == '_' || sign == '$';
    }

    /** A text, a name, a number, or the sign itself. */
    private static char kind(String word) {
        char first = word.charAt(0);
        return isOfName(first) ? 'a' : Character.isDigit(first) || first == '-' ? '1' : first;
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private interface Change {
        void at(List<String> words, int place);
    }
}
