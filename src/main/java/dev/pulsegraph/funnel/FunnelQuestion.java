package dev.pulsegraph.funnel;

import dev.pulsegraph.series.Periods;
import dev.pulsegraph.time.Buckets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question about a funnel, checked: everything that a scan needs to know.
 *
 * @param periods the days of the range, and those compared with
 */
record FunnelQuestion(
        FunnelDefinition definition,
        Periods periods,
        @Nullable FunnelDimension breakdown) {
    /** The same of the period compared with, alone. */
    FunnelQuestion previous(Buckets comparison) {
        return new FunnelQuestion(definition, new Periods(comparison, null), null);
    }

    /** Whether every attempt that may begin in the range is over. */
    boolean isComplete(Instant asOf) {
        return !asOf.isBefore(periods.buckets().to().plus(definition.window()));
    }

    /** As {@code app.funnel_attempts} reads it. */
    Map<String, @Nullable Object> scan() {
        Buckets range = periods.buckets();
        Buckets previous = periods.comparison();
        Map<String, @Nullable Object> scan = FunnelStep.scan(places());
        scan.put("steps", definition.steps().size());
        scan.put("ordering", definition.ordering().stored());
        scan.put("length", micros(definition.window()));
        scan.put("from", range.from().toString());
        scan.put("to", range.to().toString());
        scan.put("previous_from", previous == null ? null : previous.from().toString());
        scan.put("previous_to", previous == null ? null : previous.to().toString());
        scan.put("spans", spans(range, previous));
        scan.put("dimension", breakdown == null ? null : breakdown.kind());
        scan.put("keys", breakdown == null ? null : breakdown.keys());
        return scan;
    }

    /** The steps, and behind them the exclusions, at places of their own. */
    private List<@Nullable FunnelStep> places() {
        List<@Nullable FunnelStep> places = new ArrayList<>(definition.steps());
        while (places.size() < FunnelDefinition.MAX_STEPS) {
            places.add(null);
        }
        places.addAll(definition.exclude());
        while (places.size() < FunnelDefinition.MAX_STEPS + FunnelDefinition.MAX_EXCLUDED) {
            places.add(null);
        }
        return places;
    }

    /** What is read: two spans of time, or one where they meet. */
    private List<String> spans(Buckets range, @Nullable Buckets previous) {
        Instant end = range.to().plus(definition.window());
        if (previous == null) {
            return List.of(range.from().toString(), end.toString());
        }
        Instant previousEnd = previous.to().plus(definition.window());
        return previousEnd.isBefore(range.from())
                ? List.of(
                        range.from().toString(), end.toString(), previous.from().toString(), previousEnd.toString())
                : List.of(previous.from().toString(), end.toString());
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
}
