package dev.pulsegraph.traffic;

import java.util.Collection;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/** Counts visitors by HyperLogLog sketches: within 2 percent, exactly as long as they are few. */
public final class HllSketches {
    private static final int LOG_REGISTERS = 12;
    /** One visitor makes more of a difference. */
    private static final double NOTHING = 1e-6;

    private HllSketches() {}

    static HllSketch sketch(byte[] stored) {
        return stored.length == 0 ? new HllSketch(LOG_REGISTERS, TgtHllType.HLL_4) : HllSketch.heapify(stored);
    }

    static HllUnion union() {
        return new HllUnion(LOG_REGISTERS);
    }

    static byte[] bytes(HllUnion union) {
        return union.getResult(TgtHllType.HLL_4).toCompactByteArray();
    }

    /** Whether two sketches are of the same visitors. */
    static boolean areSame(byte[] one, byte[] other) {
        if (one.length == 0 || other.length == 0) {
            return one.length == other.length;
        }
        HllUnion both = union();
        both.update(HllSketch.heapify(one));
        both.update(HllSketch.heapify(other));
        double together = both.getCompositeEstimate();
        return Math.abs(HllSketch.heapify(one).getCompositeEstimate() - together) < NOTHING
                && Math.abs(HllSketch.heapify(other).getCompositeEstimate() - together) < NOTHING;
    }

    /** How many visitors there are in all of the sketches together. */
    public static long count(Collection<byte[]> sketches) {
        if (sketches.size() == 1) {
            // What a union of it alone would say.
            return Math.round(HllSketch.heapify(sketches.iterator().next()).getCompositeEstimate());
        }
        return count(sketches, List.of());
    }

    /** The same, with visitors who are named. */
    static long count(Collection<byte[]> sketches, Collection<String> visitors) {
        HllUnion union = union();
        sketches.forEach(sketch -> union.update(HllSketch.heapify(sketch)));
        visitors.forEach(union::update);
        return Math.round(union.getCompositeEstimate());
    }
}
