package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.ErasureConsumer;
import dev.pulsegraph.maintenance.AuditedRollup;
import dev.pulsegraph.maintenance.LocalDayRollup;
import dev.pulsegraph.time.TimeRange;
import dev.pulsegraph.time.UtcUnit;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.datasketches.hll.HllSketch;

/** Puts rollups in order, sketches too. */
@Singleton
class TrafficUpkeep implements LocalDayRollup, AuditedRollup, ErasureConsumer {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final byte[] NOBODY = {};

    private final TrafficUpkeepRepository upkeep;
    private final VisitorSketchRepository staging;
    private final SketchStore sketches;
    private final OperationTransaction transaction;

    TrafficUpkeep(
            TrafficUpkeepRepository upkeep,
            VisitorSketchRepository staging,
            SketchStore sketches,
            OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.staging = staging;
        this.sketches = sketches;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "traffic";
    }

    @Override
    public boolean rebuild(UUID organization) {
        if (!upkeep.rebuildZone(organization)) {
            return false;
        }
        for (TrafficUpkeepRepository.Day day : upkeep.listDays(organization)) {
            store(SketchRollup.of(upkeep.listQuarters(organization, day.date(), day.since(), day.until())));
        }
        return true;
    }

    @Override
    public List<String> audit(int sample) {
        List<String> differences = new ArrayList<>();
        for (TrafficUpkeepRepository.Sample day : transaction.asWorker(TIMEOUT, () -> upkeep.sampleDays(sample))) {
            TrafficDrift drift = transaction.asWorker(TIMEOUT, () -> recount(day.organization(), day.date()));
            if (drift.rows() > 0) {
                differences.add("organization %s on %s: %d rows, %s"
                        .formatted(day.organization(), day.date(), drift.rows(), drift.tables()));
            }
        }
        return differences;
    }

    /** Recounts a local day of an organization, its visitors too, and sets right what differs; in the running transaction. */
    TrafficDrift recount(UUID organization, LocalDate date) {
        TrafficUpkeepRepository.Recount counters = upkeep.recount(organization, date);
        if (counters.gone()) {
            return TrafficDrift.NONE;
        }
        List<VisitorSketch> wrong = upkeep.findDay(organization, date)
                .map(day -> wrongSketches(organization, day))
                .orElse(List.of());
        store(wrong);
        int rows = counters.changed() + wrong.size();
        return rows == 0
                ? TrafficDrift.NONE
                : new TrafficDrift(rows, "{" + counters.tables() + "}, sketches: " + wrong.size());
    }

    /** What the sketches should be that are other than raw events say. */
    private List<VisitorSketch> wrongSketches(UUID organization, TrafficUpkeepRepository.Day day) {
        Map<SketchKey, byte[]> stored = new HashMap<>();
        upkeep.listSketches(organization, day.date(), day.since(), day.until())
                .forEach(sketch -> stored.put(SketchKey.of(sketch), sketch.visitors()));
        List<VisitorSketch> counted = new ArrayList<>(
                countedQuarters(organization, day.date(), List.of(new TimeRange(day.since(), day.until()))));
        counted.addAll(SketchRollup.of(counted));
        return counted.stream()
                .filter(sketch ->
                        !HllSketches.areSame(sketch.visitors(), stored.getOrDefault(SketchKey.of(sketch), NOBODY)))
                .toList();
    }

    /** The sketches of quarters of an hour in spans of a day, made of raw events. */
    private List<VisitorSketch> countedQuarters(UUID organization, LocalDate date, List<TimeRange> spans) {
        List<String> begins = spans.stream().map(span -> span.from().toString()).toList();
        List<String> ends = spans.stream().map(span -> span.to().toString()).toList();
        Map<SketchKey, HllSketch> quarters = new HashMap<>();
        for (TrafficUpkeepRepository.Presence presence : upkeep.listPresences(organization, begins, ends)) {
            var key = new SketchKey(
                    "quarter_hour",
                    organization,
                    presence.bucket(),
                    date,
                    presence.userCode(),
                    presence.shareCode(),
                    presence.contactId());
            quarters.computeIfAbsent(key, any -> HllSketches.sketch(NOBODY)).update(presence.visitor());
        }
        List<VisitorSketch> counted = new ArrayList<>();
        quarters.forEach((key, sketch) -> counted.add(key.sketch(sketch.toCompactByteArray())));
        return counted;
    }

    /** A sketch forgets nobody, so it is made again: quarters of an hour of raw events, days of their quarters. */
    @Override
    public void erased(UUID organization, List<Instant> quarters) {
        if (quarters.isEmpty()) {
            return;
        }
        for (TrafficUpkeepRepository.Day day : upkeep.listDays(
                organization, quarters.stream().map(Instant::toString).toList())) {
            List<TimeRange> spans = quarters.stream()
                    .filter(quarter -> !quarter.isBefore(day.since()) && quarter.isBefore(day.until()))
                    .map(quarter -> new TimeRange(quarter, UtcUnit.QUARTER_HOUR.end(quarter)))
                    .toList();
            store(countedQuarters(organization, day.date(), spans));
            store(SketchRollup.of(upkeep.listQuarters(organization, day.date(), day.since(), day.until())));
        }
    }

    private void store(List<VisitorSketch> wanted) {
        if (!wanted.isEmpty()) {
            staging.createStaging();
            sketches.store(wanted);
        }
    }
}
