package dev.pulsegraph.series;

/** What a segment is read from: the samples, or rollups of so many minutes. */
public enum PlanTier {
    RAW(0),
    MINUTES_15(15),
    HOUR(60),
    DAY(1440);

    private final int minutes;

    PlanTier(int minutes) {
        this.minutes = minutes;
    }

    /** As columns named {@code tier} have it; 0 for samples. */
    public int minutes() {
        return minutes;
    }
}
