package dev.pulsegraph.funnel;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.funnel.RetentionRepository.Count;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers any number of questions about those who come back, in one statement. */
@Singleton
class RetentionLoader {
    private final Json json;
    private final Clock clock;

    RetentionLoader(Json json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    Read<Map<Request, RetentionResult>> results(Set<Request> asked) {
        List<Request> requests = List.copyOf(asked);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Request request : requests) {
            rows.add(Map.of(
                    "request", rows.size() + 1,
                    "organization_id", request.organization().toString(),
                    "scan", request.input().scan()));
        }
        return RetentionRepository.counts(json.text(rows)).map(found -> assemble(requests, found));
    }

    private Map<Request, RetentionResult> assemble(List<Request> requests, List<Count> found) {
        Call.rowsRead(found.size());
        Map<Key, Long> counts = new HashMap<>();
        found.forEach(count -> counts.put(new Key(count.request(), count.cohort(), count.period()), count.visitors()));
        Instant asOf = clock.instant();
        Map<Request, RetentionResult> results = new HashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            results.put(requests.get(i), result(i + 1, requests.get(i).input(), counts, asOf));
        }
        return results;
    }

    private static RetentionResult result(int request, RetentionInput input, Map<Key, Long> counts, Instant asOf) {
        List<LocalDate> days = input.cohorts();
        List<Instant> edges = input.edges();
        List<RetentionCohort> cohorts = new ArrayList<>();
        for (int cohort = 1; cohort <= days.size(); cohort++) {
            List<@Nullable Long> returned = new ArrayList<>();
            for (int period = 1; period <= input.periods(); period++) {
                boolean over = !edges.get(cohort + period).isAfter(asOf);
                returned.add(over ? counts.getOrDefault(new Key(request, cohort, period), 0L) : null);
            }
            cohorts.add(new RetentionCohort(
                    days.get(cohort - 1), counts.getOrDefault(new Key(request, cohort, 0), 0L), returned));
        }
        return new RetentionResult(cohorts, input.periods());
    }

    /** A question about an organization. */
    record Request(UUID organization, RetentionInput input) {}

    private record Key(int request, int cohort, int period) {}
}
