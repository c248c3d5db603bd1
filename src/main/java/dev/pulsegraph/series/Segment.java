package dev.pulsegraph.series;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A piece of time that is read from one tier.
 *
 * @param comparison whether it is of the period compared with
 */
public record Segment(PlanTier tier, Instant from, Instant to, boolean comparison) {

    /** As statements read it of JSON: {@code comparison}, {@code tier} in minutes, {@code from_at} and {@code to_at}. */
    public Map<String, Object> fields() {
        return new HashMap<>(Map.of(
                "comparison", comparison, "tier", tier.minutes(), "from_at", from.toString(), "to_at", to.toString()));
    }
}
