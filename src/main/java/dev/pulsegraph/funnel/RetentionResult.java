package dev.pulsegraph.funnel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who came back, by cohorts. */
public record RetentionResult(List<RetentionCohort> cohorts, int periods) {

    /** Of all cohorts together whose period is over; null where there is none. */
    public List<@Nullable Double> average() {
        List<@Nullable Double> average = new ArrayList<>();
        for (int period = 0; period < periods; period++) {
            long size = 0;
            long returned = 0;
            for (RetentionCohort cohort : cohorts) {
                Long count = cohort.returned().get(period);
                if (count != null) {
                    size += cohort.size();
                    returned += count;
                }
            }
            average.add(size == 0 ? null : (Double) ((double) returned / size));
        }
        return average;
    }
}
