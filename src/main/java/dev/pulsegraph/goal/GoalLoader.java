package dev.pulsegraph.goal;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.funnel.FunnelStep;
import dev.pulsegraph.goal.GoalRepository.Count;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.product.PropertyPath;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.time.DateRange;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Counts conversions of any number of goals, in one statement: those of an organization and the same days in one scan. */
@Singleton
class GoalLoader {
    private final Json json;

    GoalLoader(Json json) {
        this.json = json;
    }

    Read<Map<Request, GoalResult>> results(Set<Request> requests) {
        Map<Days, List<Request>> scans = new LinkedHashMap<>();
        requests.forEach(request ->
                scans.computeIfAbsent(request.days(), any -> new ArrayList<>()).add(request));
        List<Map<String, Object>> rows = new ArrayList<>();
        scans.forEach((days, together) -> rows.add(Map.of(
                "request", rows.size() + 1,
                "organization_id", days.organization().toString(),
                "scan", scan(days, together))));
        return GoalRepository.counts(json.text(rows)).map(found -> answer(List.copyOf(scans.values()), found));
    }

    /** As {@code app.count_conversions} reads it. */
    private static Map<String, Object> scan(Days days, List<Request> requests) {
        LocalDate from = days.range().from();
        LocalDate before = days.compared() ? days.range().previous().from() : from;
        List<Map<String, @Nullable Object>> goals = new ArrayList<>();
        for (Request request : requests) {
            goals.add(goal(request.goal()));
        }
        return Map.of(
                "goals", goals,
                "from", days.start(before),
                "edge", days.start(from),
                "to", days.start(days.range().to().plusDays(1)));
    }

    private static Map<String, @Nullable Object> goal(Goal goal) {
        FunnelStep step = goal.step();
        PropertyPath value = goal.value() == null ? null : PropertyPath.of("value", goal.value());
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("event", step.event());
        row.put("path", step.like());
        row.put("target", step.clickTarget());
        row.put("properties", step.filters().properties());
        row.put("context", step.filters().context());
        row.put("of_context", value != null && value.ofContext());
        row.put("keys", value == null ? null : value.keys());
        return row;
    }

    private static Map<Request, GoalResult> answer(List<List<Request>> scans, List<Count> found) {
        Call.rowsRead(found.size());
        Map<Place, Count> counts = new HashMap<>();
        found.forEach(count -> counts.put(new Place(count.request(), count.position(), count.previous()), count));
        Map<Request, GoalResult> results = new HashMap<>();
        for (int scan = 1; scan <= scans.size(); scan++) {
            List<Request> requests = scans.get(scan - 1);
            for (int position = 1; position <= requests.size(); position++) {
                Request request = requests.get(position - 1);
                GoalResult previous = request.days().compared()
                        ? result(new Place(scan, position, true), counts, request.goal(), null)
                        : null;
                results.put(request, result(new Place(scan, position, false), counts, request.goal(), previous));
            }
        }
        return results;
    }

    private static GoalResult result(Place place, Map<Place, Count> counts, Goal goal, @Nullable GoalResult previous) {
        Count nobody = new Count(place.scan(), place.position(), place.previous(), 0, 0, 0);
        Count reached = counts.getOrDefault(place, nobody);
        Count everybody = counts.get(new Place(place.scan(), 0, place.previous()));
        return new GoalResult(
                reached.visitors(),
                reached.conversions(),
                everybody == null ? null : (Double) ((double) reached.visitors() / everybody.visitors()),
                goal.value() == null ? null : (Double) reached.revenue(),
                previous);
    }

    /** A question about a goal. */
    record Request(Goal goal, Days days) {}

    /**
     * Days of an organization.
     *
     * @param compared whether as many days before are asked for, too
     */
    record Days(UUID organization, ZoneId zone, DateRange range, boolean compared) {
        String start(LocalDate day) {
            return day.atStartOfDay(zone).toInstant().toString();
        }
    }

    private record Place(int scan, int position, boolean previous) {}
}
