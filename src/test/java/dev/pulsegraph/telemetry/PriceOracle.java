package dev.pulsegraph.telemetry;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which price holds, as docs/chat-telemetry.md says it; it shares no code with what it judges. */
final class PriceOracle {
    private static final String DIGITS = "0123456789";

    private PriceOracle() {}

    record Price(boolean own, String pattern, Instant validFrom, BigDecimal input, BigDecimal output) {}

    static Optional<Price> holds(List<Price> book, String model, Instant at) {
        return book.stream()
                .filter(price -> !price.validFrom.isAfter(at) && fits(price.pattern, model))
                .max(Comparator.comparing(Price::own)
                        .thenComparing(price -> price.pattern.equals(model.toLowerCase(Locale.ROOT)))
                        .thenComparingInt(
                                price -> price.pattern.replace("*", "").length())
                        .thenComparing(price -> !price.pattern.endsWith("*"))
                        .thenComparing(Price::validFrom));
    }

    static BigDecimal cost(Price price, long input, long output) {
        return price.input
                .multiply(BigDecimal.valueOf(input))
                .add(price.output.multiply(BigDecimal.valueOf(output)))
                .movePointLeft(6);
    }

    private static boolean fits(String pattern, String model) {
        String name = model.toLowerCase(Locale.ROOT);
        if (pattern.endsWith("*")) {
            return name.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return name.equals(pattern) || (name.startsWith(pattern) && isVersion(name.substring(pattern.length())));
    }

    private static boolean isVersion(String rest) {
        if (rest.isEmpty() || !"-@".contains(rest.substring(0, 1))) {
            return false;
        }
        StringBuilder shape = new StringBuilder();
        rest.substring(1).chars().forEach(c -> shape.append(DIGITS.indexOf(c) < 0 ? (char) c : '0'));
        return List.of("0000-00-00", "00000000", "0000", "latest").contains(shape.toString());
    }
}
