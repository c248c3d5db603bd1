package dev.pulsegraph.funnel;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Visitors who did something first in the same period.
 *
 * @param returned how many came back in each period after it; null for one that is not over
 */
public record RetentionCohort(LocalDate start, long size, List<@Nullable Long> returned) {

    /** Shares of the cohort; null where the number is, and for nobody. */
    public List<@Nullable Double> rate() {
        List<@Nullable Double> rates = new ArrayList<>();
        for (Long count : returned) {
            rates.add(count == null || size == 0 ? null : (Double) ((double) count / size));
        }
        return rates;
    }
}
