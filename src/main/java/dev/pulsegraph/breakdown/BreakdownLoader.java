package dev.pulsegraph.breakdown;

import dev.pulsegraph.breakdown.BreakdownRepository.Value;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.traffic.TrafficTotals;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Breakdowns of several organizations, in one statement a question. */
@Singleton
class BreakdownLoader {
    private static final int ALL = 0;

    private final Json json;

    BreakdownLoader(Json json) {
        this.json = json;
    }

    /** Answers a question of each organization. */
    Read<Map<UUID, TrafficBreakdown>> breakdowns(Collection<UUID> organizations, BreakdownQuery query) {
        String conditions = json.text(query.filter().conditions());
        return BreakdownRepository.values(organizations, query, conditions)
                .map(found -> assemble(organizations, query.first(), found));
    }

    private static Map<UUID, TrafficBreakdown> assemble(Collection<UUID> organizations, int first, List<Value> found) {
        Map<Key, Value> values = new HashMap<>();
        found.forEach(value -> values.put(new Key(value.organizationId(), value.isCurrent(), value.place()), value));
        Map<UUID, TrafficBreakdown> breakdowns = new HashMap<>();
        for (UUID organization : organizations) {
            List<TrafficBreakdownRow> rows = new ArrayList<>();
            for (int place = 1; place <= first; place++) {
                Value value = values.get(new Key(organization, true, place));
                if (value != null) {
                    rows.add(new TrafficBreakdownRow(
                            String.valueOf(value.value()),
                            totals(value),
                            totals(values.get(new Key(organization, false, place)))));
                }
            }
            Value other = values.get(new Key(organization, true, first + 1));
            breakdowns.put(
                    organization,
                    new TrafficBreakdown(
                            rows,
                            other == null ? null : totals(other),
                            totals(values.get(new Key(organization, true, ALL))),
                            totals(values.get(new Key(organization, false, ALL)))));
        }
        return breakdowns;
    }

    private static TrafficTotals totals(@Nullable Value value) {
        return value == null
                ? TrafficTotals.of(0, 0, 0, 0, 0, 0)
                : TrafficTotals.of(
                        saturated(value.sessions()),
                        saturated(value.pageViews()),
                        saturated(value.clicks()),
                        saturated(value.visitors()),
                        value.seconds(),
                        saturated(value.bounces()));
    }

    /** Int of the contract ends where Java's does. */
    private static int saturated(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    private record Key(UUID organization, boolean current, int place) {}
}
