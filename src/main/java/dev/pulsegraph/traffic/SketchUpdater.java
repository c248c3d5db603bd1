package dev.pulsegraph.traffic;

import static java.util.Objects.requireNonNullElse;

import dev.pulsegraph.event.TrackedEvent;
import dev.pulsegraph.event.WrittenEvent;
import dev.pulsegraph.time.UtcUnit;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.datasketches.hll.HllSketch;
import org.jspecify.annotations.Nullable;

/** Enters the visitors of events into the sketches of the rollups that count them. */
final class SketchUpdater {
    private final Map<SketchKey, Entry> entries = new HashMap<>();
    private final Map<Quarter, LocalDate> days = new HashMap<>();
    private final Set<Presence> added = new HashSet<>();

    /** Begins with the sketches as they are stored, one for each row the events changed. */
    SketchUpdater(List<VisitorSketch> stored) {
        for (VisitorSketch sketch : stored) {
            entries.put(SketchKey.of(sketch), new Entry(sketch));
            if (sketch.bucket() != null) {
                days.put(new Quarter(sketch.organizationId(), sketch.bucket()), sketch.date());
            }
        }
    }

    void add(WrittenEvent written) {
        TrackedEvent event = written.event();
        String visitor = written.visitor();
        UUID organization = event.organization();
        Instant bucket = UtcUnit.QUARTER_HOUR.floor(event.at());
        LocalDate date = days.get(new Quarter(organization, bucket));
        if (date == null) {
            throw new IllegalStateException("No quarter of an hour at " + bucket + " was counted.");
        }
        var quarter = new SketchKey(
                "quarter_hour",
                organization,
                bucket,
                date,
                requireNonNullElse(event.userCode(), ""),
                requireNonNullElse(event.shareCode(), ""),
                requireNonNullElse(event.contactId(), ""));
        if (!added.add(new Presence(quarter, visitor))) {
            return;
        }
        add(quarter, visitor);
        quarter.days().forEach(day -> add(day, visitor));
    }

    private void add(SketchKey key, String visitor) {
        Entry entry = entries.get(key);
        if (entry == null) {
            throw new IllegalStateException("No row of the rollup " + key.level() + " was counted.");
        }
        entry.add(visitor);
    }

    /** The sketches that are other than they were. */
    List<VisitorSketch> changed() {
        List<VisitorSketch> changed = new ArrayList<>();
        entries.values().forEach(entry -> entry.addTo(changed));
        return changed;
    }

    private record Presence(SketchKey quarter, String visitor) {}

    private record Quarter(UUID organization, Instant bucket) {}

    private static final class Entry {
        private final VisitorSketch stored;
        private @Nullable HllSketch sketch;

        Entry(VisitorSketch stored) {
            this.stored = stored;
        }

        void add(String visitor) {
            if (sketch == null) {
                sketch = HllSketches.sketch(stored.visitors());
            }
            sketch.update(visitor);
        }

        void addTo(List<VisitorSketch> changed) {
            if (sketch == null) {
                return;
            }
            byte[] now = sketch.toCompactByteArray();
            if (!Arrays.equals(now, stored.visitors())) {
                changed.add(SketchKey.of(stored).sketch(now));
            }
        }
    }
}
