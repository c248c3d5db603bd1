package dev.pulsegraph.time;

import java.time.LocalDate;

/** In what a caller counts back. */
public enum DateUnit {
    DAY,
    WEEK,
    MONTH;

    LocalDate back(LocalDate day, int units) {
        return switch (this) {
            case DAY -> day.minusDays(units);
            case WEEK -> day.minusWeeks(units);
            case MONTH -> day.minusMonths(units);
        };
    }
}
