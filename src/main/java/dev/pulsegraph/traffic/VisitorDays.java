package dev.pulsegraph.traffic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;

/** Makes the sketches of days from those of their quarters of an hour. */
final class VisitorDays {
    private final Map<VisitorKey, HllUnion> unions = new HashMap<>();

    private VisitorDays() {}

    /** The sketches of all days that quarters of an hour are in: of the organization, user codes, share codes and contacts. */
    static List<VisitorSketch> of(List<VisitorSketch> quarters) {
        var days = new VisitorDays();
        quarters.forEach(days::add);
        List<VisitorSketch> sketches = new ArrayList<>();
        days.unions.forEach((key, union) -> sketches.add(key.sketch(Visitors.bytes(union))));
        return sketches;
    }

    private void add(VisitorSketch quarter) {
        if (quarter.visitors().length == 0) {
            return;
        }
        HllSketch sketch = Visitors.sketch(quarter.visitors());
        VisitorKey key = VisitorKey.of(quarter);
        key.days()
                .forEach(day ->
                        unions.computeIfAbsent(day, any -> Visitors.union()).update(sketch));
    }
}
