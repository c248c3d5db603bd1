package dev.pulsegraph.product;

import dev.pulsegraph.problem.Problem;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a property. Values of different types are different, and neither is greater; null and a property that is not
 * there are the same.
 *
 * @param predicate of jsonpath
 */
record PropertyFilter(PropertyPath path, String predicate) {
    static final int MAX_VALUES = 100;
    private static final int MAX_DIGITS = 100;

    /** Reads the fields of the input {@code PropertyFilter}. */
    static PropertyFilter of(Map<String, @Nullable Object> input) {
        PropertyPath path = PropertyPath.of("path", String.valueOf(input.get("path")));
        PropertyOp op = PropertyOp.valueOf(String.valueOf(input.get("op")));
        Object value = input.get("value");
        return new PropertyFilter(path, predicate(path.jsonPath(), op, value));
    }

    private static String predicate(String path, PropertyOp op, @Nullable Object value) {
        return switch (op) {
            case EXISTS -> value == null || flag(value) ? exists(path) : "!" + exists(path);
            case EQ -> value == null ? "!" + exists(path) : path + " == " + scalar(value);
            case NE -> value == null ? exists(path) : path + " != " + scalar(value);
            case IN ->
                values(value).stream()
                        .map(one -> path + " == " + scalar(one))
                        .collect(Collectors.joining(" || ", "(", ")"));
            case GT -> path + " > " + comparable(value);
            case GTE -> path + " >= " + comparable(value);
            case LT -> path + " < " + comparable(value);
            case LTE -> path + " <= " + comparable(value);
            case CONTAINS -> path + " like_regex " + PropertyPath.quoted(text(value)) + " flag \"q\"";
        };
    }

    private static String exists(String path) {
        return "exists(" + path + " ? (@ != null))";
    }

    private static boolean flag(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw Problem.badInput("value", "EXISTS takes true or false.");
    }

    private static Collection<?> values(@Nullable Object value) {
        if (value instanceof Collection<?> values && !values.isEmpty() && values.size() <= MAX_VALUES) {
            return values;
        }
        throw Problem.badInput("value", "IN takes a list of 1 to " + MAX_VALUES + " texts, numbers or booleans.");
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw Problem.badInput("value", "CONTAINS takes a text that is not empty.");
    }

    private static String comparable(@Nullable Object value) {
        if (value instanceof String || value instanceof Number) {
            return scalar(value);
        }
        throw Problem.badInput("value", "GT, GTE, LT and LTE take a number or a text.");
    }

    private static String scalar(@Nullable Object value) {
        if (value instanceof String text) {
            return PropertyPath.quoted(text);
        }
        if (value instanceof Boolean flag) {
            return flag.toString();
        }
        if (value instanceof Number number) {
            return number(new BigDecimal(number.toString()));
        }
        throw Problem.badInput("value", "a text, a number or a boolean is needed.");
    }

    private static String number(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        if (shortest.precision() > MAX_DIGITS || Math.abs((long) shortest.scale()) > MAX_DIGITS) {
            throw Problem.badInput("value", "a number has at most " + MAX_DIGITS + " digits.");
        }
        return shortest.toPlainString();
    }

    /** As the statement has them; null when there is no condition. */
    static @Nullable String join(List<PropertyFilter> filters, boolean ofContext) {
        List<String> predicates = filters.stream()
                .filter(filter -> filter.path().ofContext() == ofContext)
                .map(PropertyFilter::predicate)
                .toList();
        return predicates.isEmpty() ? null : String.join(" && ", predicates);
    }
}
