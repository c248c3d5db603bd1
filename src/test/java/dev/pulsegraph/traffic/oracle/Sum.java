package dev.pulsegraph.traffic.oracle;

import dev.pulsegraph.support.oracle.Line;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/** What one row of a rollup holds. */
final class Sum {
    long sessions;
    long views;
    long clicks;
    long bounces;
    long seconds;
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    private final Set<String> visitors = new TreeSet<>();

    void add(VisitorEvent event, String visitor) {
        views += event.isView() ? 1 : 0;
        clicks += event.isClick() ? 1 : 0;
        first = event.at().isBefore(first) ? event.at() : first;
        last = event.at().isAfter(last) ? event.at() : last;
        visitors.add(visitor);
    }

    void add(Visit visit) {
        sessions++;
        bounces += visit.isBounce() ? 1 : 0;
        seconds += visit.seconds();
    }

    String measures() {
        return sessions + "|" + views + "|" + clicks + "|" + bounces + "|" + seconds + "|" + estimate();
    }

    String span() {
        return Line.micros(first) + "|" + Line.micros(last);
    }

    /** The estimate of a sketch of all of them, which must not be far from how many they are. */
    private String estimate() {
        HllSketch sketch = new HllSketch(12, TgtHllType.HLL_4);
        visitors.forEach(sketch::update);
        double estimate = sketch.getCompositeEstimate();
        if (Math.abs(estimate - visitors.size()) > 0.5 + visitors.size() * 0.08) {
            throw new AssertionError("A sketch of " + visitors.size() + " visitors says " + estimate + ".");
        }
        return Double.toString(estimate);
    }
}
