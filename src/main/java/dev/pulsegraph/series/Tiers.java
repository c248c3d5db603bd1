package dev.pulsegraph.series;

import dev.pulsegraph.time.Buckets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rollups that a statement may read, beside samples and quarters of an hour.
 *
 * @param hasHours whether there are hours in UTC
 * @param dayZone the time zone of the days; null where there are none
 */
public record Tiers(boolean hasHours, @Nullable ZoneId dayZone) {

    /** Cuts periods into segments, in order, each read from the coarsest tier that blurs no edge of a bucket. */
    public List<Segment> segments(Periods periods) {
        List<Segment> segments = new ArrayList<>(segments(periods.buckets(), false));
        if (periods.comparison() != null) {
            segments.addAll(segments(periods.comparison(), true));
        }
        return segments;
    }

    private List<Segment> segments(Buckets buckets, boolean comparison) {
        List<Segment> segments = new ArrayList<>();
        for (List<Instant> edges : buckets.runs()) {
            segments.addAll(new SegmentCutter(this, edges, comparison).cut());
        }
        return segments;
    }
}
