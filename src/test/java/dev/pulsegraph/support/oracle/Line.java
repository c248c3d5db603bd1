package dev.pulsegraph.support.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A row as text that two sides can agree on: fields between bars, numbers without trailing zeros, times in microseconds. */
public final class Line {
    private Line() {}

    public static String of(Object... fields) {
        return Arrays.stream(fields).map(Line::field).collect(Collectors.joining("|"));
    }

    public static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    /** A query in which {@code micros(x)} writes a time as this does. */
    public static String query(String sql) {
        return sql.replaceAll("micros\\(([^)]*)\\)", "(extract(epoch from $1) * 1000000)::bigint");
    }

    private static String field(Object field) {
        return switch (field) {
            case BigDecimal number -> number.stripTrailingZeros().toPlainString();
            case Instant at -> String.valueOf(micros(at));
            default -> field.toString();
        };
    }
}
