package dev.pulsegraph.traffic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;

/** Makes the sketches of days from those of their quarters of an hour. */
final class SketchRollup {
    private final Map<SketchKey, HllUnion> unions = new HashMap<>();

    private SketchRollup() {}

    /** The sketches of all days that quarters of an hour are in: of the organization, user codes, share codes and contacts. */
    static List<VisitorSketch> of(List<VisitorSketch> quarters) {
        var days = new SketchRollup();
        quarters.forEach(days::add);
        List<VisitorSketch> sketches = new ArrayList<>();
        days.unions.forEach((key, union) -> sketches.add(key.sketch(HllSketches.bytes(union))));
        return sketches;
    }

    private void add(VisitorSketch quarter) {
        if (quarter.visitors().length == 0) {
            return;
        }
        HllSketch sketch = HllSketches.sketch(quarter.visitors());
        SketchKey key = SketchKey.of(quarter);
        key.days()
                .forEach(day ->
                        unions.computeIfAbsent(day, any -> HllSketches.union()).update(sketch));
    }
}
