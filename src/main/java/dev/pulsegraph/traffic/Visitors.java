package dev.pulsegraph.traffic;

import java.util.Collection;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/** Counts visitors by HyperLogLog sketches: within 2 percent, exactly as long as they are few. */
public final class Visitors {
    private static final int LOG_REGISTERS = 12;

    private Visitors() {}

    static HllSketch sketch(byte[] stored) {
        return stored.length == 0 ? new HllSketch(LOG_REGISTERS, TgtHllType.HLL_4) : HllSketch.heapify(stored);
    }

    /** How many visitors there are in all of the sketches together. */
    public static long count(Collection<byte[]> sketches) {
        HllUnion union = new HllUnion(LOG_REGISTERS);
        sketches.forEach(sketch -> union.update(HllSketch.heapify(sketch)));
        return Math.round(union.getCompositeEstimate());
    }
}
