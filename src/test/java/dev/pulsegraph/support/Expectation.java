package dev.pulsegraph.support;

import static java.util.Map.entry;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.problem.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an answer is expected to be. Where a value cannot be known, a wildcard such as {@code <time>} says of what kind it is. */
public final class Expectation {
    private static final String MORE = "<more>";
    private static final Pattern CURSOR = Pattern.compile("[A-Za-z0-9_-]{20,}");
    private static final Pattern SECRET = Pattern.compile("pg[ik]_[A-Za-z0-9_-]{43}");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Map<String, Predicate<Object>> WILDCARDS = Map.ofEntries(
            entry("<id>", value -> isId(value.toString())),
            entry("<time>", value -> instant(value.toString()) != null),
            entry("<cursor>", value -> CURSOR.matcher(value.toString()).matches()),
            entry("<secret>", value -> SECRET.matcher(value.toString()).matches()),
            entry("<uuid>", value -> UUID.matcher(value.toString()).matches()),
            entry("<text>", value -> value instanceof String text && !text.isEmpty()),
            entry("<number>", value -> value instanceof Number));

    private Expectation() {}

    /** The answer as it would be written in an expectation: what a wildcard matches becomes that wildcard. */
    public static @Nullable Object reconcile(@Nullable Object expected, @Nullable Object actual) {
        if (expected instanceof String wildcard && actual != null && WILDCARDS.containsKey(wildcard)) {
            return WILDCARDS.getOrDefault(wildcard, any -> false).test(actual) ? wildcard : actual;
        }
        if (expected instanceof Map<?, ?> wanted && actual instanceof Map<?, ?> map) {
            return reconciled(wanted, map);
        }
        if (expected instanceof List<?> wanted && actual instanceof List<?> list) {
            return reconciled(wanted, list);
        }
        return actual;
    }

    private static Map<Object, @Nullable Object> reconciled(Map<?, ?> expected, Map<?, ?> actual) {
        Map<Object, @Nullable Object> result = new LinkedHashMap<>();
        expected.forEach((key, value) -> {
            if (actual.containsKey(key)) {
                result.put(key, reconcile(value, actual.get(key)));
            }
        });
        actual.forEach(result::putIfAbsent);
        return result;
    }

    private static List<@Nullable Object> reconciled(List<?> expected, List<?> actual) {
        boolean open = !expected.isEmpty() && MORE.equals(expected.getLast()) && actual.size() >= expected.size() - 1;
        List<@Nullable Object> result = new ArrayList<>();
        for (int i = 0; i < (open ? expected.size() - 1 : actual.size()); i++) {
            result.add(i < expected.size() ? reconcile(expected.get(i), actual.get(i)) : actual.get(i));
        }
        if (open) {
            result.add(MORE);
        }
        return result;
    }

    /** A first draft of an expectation, for somebody to check. */
    public static @Nullable Object draft(@Nullable Object actual, Map<String, String> values) {
        return switch (actual) {
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> draft = new LinkedHashMap<>();
                map.forEach((key, value) -> draft.put(key, draft(value, values)));
                yield draft;
            }
            case List<?> list ->
                list.stream().map(element -> draft(element, values)).toList();
            case String text -> draft(text, values);
            case null -> null;
            default -> actual;
        };
    }

    private static String draft(String text, Map<String, String> values) {
        String draft = text;
        for (var value : values.entrySet().stream()
                .sorted(Map.Entry.comparingByValue((a, b) -> b.length() - a.length()))
                .toList()) {
            draft = draft.replace(value.getValue(), "${" + value.getKey() + "}");
        }
        if (!draft.equals(text)) {
            return draft;
        }
        Instant at = instant(text);
        if (at != null) {
            return Duration.between(at, Instant.now()).abs().toDays() < 8 ? "<time>" : text;
        }
        return SECRET.matcher(text).matches()
                ? "<secret>"
                : isId(text)
                        ? "<id>"
                        : UUID.matcher(text).matches()
                                ? "<uuid>"
                                : CURSOR.matcher(text).matches() ? "<cursor>" : text;
    }

    private static boolean isId(String text) {
        try {
            return GlobalId.decode("id", text).type().matches("[A-Z][A-Za-z]+");
        } catch (Problem notAnId) {
            return false;
        }
    }

    private static @Nullable Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException notATime) {
            return null;
        }
    }
}
