package dev.pulsegraph.metric;

/** A tier of metrics: the samples, or rollups of so many minutes. */
public enum PlanTier {
    RAW(0),
    MINUTES_15(15),
    HOUR(60),
    DAY(1440);

    private final int minutes;

    PlanTier(int minutes) {
        this.minutes = minutes;
    }

    /** As the column {@code tier} has it; 0 for samples. */
    int minutes() {
        return minutes;
    }
}
