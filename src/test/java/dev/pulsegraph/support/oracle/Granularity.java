package dev.pulsegraph.support.oracle;

import java.time.LocalDate;
import java.time.temporal.IsoFields;

/** How long a point lasts. */
public enum Granularity {
    TOTAL,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR;

    /** Whether points are made of whole local days. */
    public boolean ofDays() {
        return compareTo(DAY) >= 0;
    }

    /** What all days of one bucket have in common, and no other day. */
    String label(LocalDate day) {
        return switch (this) {
            case TOTAL, HOUR -> throw new IllegalArgumentException(name());
            case DAY -> day.toString();
            case WEEK -> day.get(IsoFields.WEEK_BASED_YEAR) + "W" + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case MONTH -> day.getYear() + "-" + day.getMonth();
            case QUARTER -> day.getYear() + "Q" + day.get(IsoFields.QUARTER_OF_YEAR);
            case YEAR -> "" + day.getYear();
        };
    }
}
