package dev.pulsegraph.series;

import dev.pulsegraph.time.Buckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Where a number was read. */
public enum PointSource {
    ROLLUP,
    RAW,
    MIXED;

    /** The source of each bucket. Segments and buckets are both in order. */
    static List<PointSource> list(Buckets buckets, List<Segment> segments) {
        List<PointSource> sources = new ArrayList<>(buckets.size());
        int first = 0;
        for (int i = 0; i < buckets.size(); i++) {
            Instant from = buckets.start(i);
            Instant to = buckets.end(i);
            while (first < segments.size() && !segments.get(first).to().isAfter(from)) {
                first++;
            }
            boolean raw = false;
            boolean rollup = false;
            for (int k = first; k < segments.size() && segments.get(k).from().isBefore(to); k++) {
                raw |= segments.get(k).tier() == PlanTier.RAW;
                rollup |= segments.get(k).tier() != PlanTier.RAW;
            }
            if (raw && rollup) {
                sources.add(MIXED);
            } else {
                sources.add(raw ? RAW : ROLLUP);
            }
        }
        return sources;
    }
}
