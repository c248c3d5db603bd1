package dev.pulsegraph.funnel;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.funnel.FunnelAttemptRepository.Count;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers any number of questions about funnels: one statement for the versions that are asked for, and one that counts. */
@Singleton
class FunnelLoader {
    static final TimeOrder<Visitor> BY_REACHED_AT = new TimeOrder<>("funnel.reachedAt", true, Visitor::reachedAt);

    private final OperationTransaction transaction;
    private final Json json;
    private final Clock clock;

    FunnelLoader(OperationTransaction transaction, Json json, Clock clock) {
        this.transaction = transaction;
        this.json = json;
        this.clock = clock;
    }

    Map<Request, Outcome<FunnelResult>> results(Set<Request> requests) {
        Map<VersionKey, FunnelVersion> versions = versions(requests);
        Map<Request, Outcome<FunnelQuestion>> questions = new LinkedHashMap<>();
        requests.forEach(request ->
                questions.put(request, Outcome.judge(() -> question(request.input(), version(request, versions)))));
        List<Request> counted = new ArrayList<>();
        List<Map<String, Object>> rows = new ArrayList<>();
        questions.forEach((request, question) -> {
            if (!question.isFailure()) {
                counted.add(request);
                rows.add(row(counted.size(), request.organization(), question.get()));
            }
        });
        Map<Request, List<Count>> counts = counts(counted, rows);
        Instant asOf = clock.instant();
        Map<Request, Outcome<FunnelResult>> results = new HashMap<>();
        questions.forEach((request, question) -> results.put(
                request,
                Outcome.judge(() -> new FunnelAssembler(
                                request.organization(),
                                question.get(),
                                number(version(request, versions)),
                                counts.getOrDefault(request, List.of()),
                                asOf)
                        .assemble())));
        return results;
    }

    private static @Nullable Integer number(@Nullable FunnelVersion version) {
        return version == null ? null : version.version();
    }

    private Map<VersionKey, FunnelVersion> versions(Set<Request> requests) {
        List<VersionKey> keys = requests.stream()
                .filter(request -> request.input().funnel() != null)
                .map(VersionKey::of)
                .distinct()
                .toList();
        return keys.isEmpty() ? Map.of() : transaction.read(FunnelRepository.versions(keys));
    }

    /** The version of a saved funnel that is asked for; null where none is. */
    private static @Nullable FunnelVersion version(Request request, Map<VersionKey, FunnelVersion> versions) {
        FunnelInput input = request.input();
        if (input.funnel() == null) {
            return null;
        }
        FunnelVersion version = versions.get(VersionKey.of(request));
        if (version == null) {
            throw input.version() == null
                    ? Problem.notFound("funnel", "funnel")
                    : Problem.notFound("version", "version of a funnel");
        }
        return version;
    }

    private static FunnelQuestion question(FunnelInput input, @Nullable FunnelVersion version) {
        return new FunnelQuestion(
                input.definition(version),
                Periods.of(input.range(), Granularity.DAY, input.zone(), input.compareTo()),
                input.breakdown());
    }

    private Map<Request, List<Count>> counts(List<Request> requests, List<Map<String, Object>> rows) {
        Map<Request, List<Count>> counts = new HashMap<>();
        if (!requests.isEmpty()) {
            List<Count> found = transaction.read(FunnelAttemptRepository.counts(json.text(rows)));
            Call.rowsRead(found.size());
            found.forEach(count -> counts.computeIfAbsent(requests.get(count.request() - 1), any -> new ArrayList<>())
                    .add(count));
        }
        return counts;
    }

    private static Map<String, Object> row(int number, UUID organization, FunnelQuestion question) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("request", number);
        row.put("organization_id", organization.toString());
        row.put("steps", question.definition().steps().size());
        row.put("edges", edges(question.periods().buckets()));
        Buckets comparison = question.periods().comparison();
        row.put("previous_edges", comparison == null ? List.of() : edges(comparison));
        row.put("scan", question.scan());
        return row;
    }

    private static List<Long> edges(Buckets buckets) {
        return buckets.edges().stream().map(FunnelQuestion::micros).toList();
    }

    /** Pages of those who stopped at a step. */
    Read<Map<UUID, Connection<Visitor>>> stopped(Collection<UUID> organizations, PageQuery<Stop> query) {
        Stop stop = query.filter();
        String requests = requests(organizations, stop);
        return BY_REACHED_AT.pages(
                organizations,
                query,
                Visitor::organizationId,
                (up, place) -> FunnelAttemptRepository.stopped(up, place, requests, stop.step()));
    }

    Read<Map<UUID, Long>> countStopped(Collection<UUID> organizations, Stop stop) {
        return FunnelAttemptRepository.countStopped(requests(organizations, stop), stop.step());
    }

    private String requests(Collection<UUID> organizations, Stop stop) {
        return json.text(organizations.stream()
                .map(id -> Map.of(
                        "organization_id", id.toString(),
                        "scan", stop.question().scan()))
                .toList());
    }

    /** A question about a funnel of an organization. */
    record Request(UUID organization, FunnelInput input) {}

    /** Those of a question whose best attempt ended with a step, 1 for the first. */
    record Stop(FunnelQuestion question, int step) {}

    /**
     * A version of a saved funnel.
     *
     * @param version null for the newest
     */
    record VersionKey(
            UUID organization, UUID funnel, @Nullable Integer version) {
        static VersionKey of(Request request) {
            return new VersionKey(
                    request.organization(),
                    Objects.requireNonNull(request.input().funnel()),
                    request.input().version());
        }
    }
}
