package dev.pulsegraph.metric.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A row as text that two sides can agree on: fields between bars, numbers without trailing zeros, times in microseconds. */
final class Line {
    private Line() {}

    static String of(Object... fields) {
        return Arrays.stream(fields).map(Line::field).collect(Collectors.joining("|"));
    }

    private static String field(Object field) {
        return switch (field) {
            case BigDecimal number -> number.stripTrailingZeros().toPlainString();
            case Instant at -> String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, at));
            default -> field.toString();
        };
    }
}
