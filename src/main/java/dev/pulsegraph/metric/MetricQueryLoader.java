package dev.pulsegraph.metric;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.metric.MetricPointRepository.Row;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.PlanScope;
import dev.pulsegraph.series.PlanSegment;
import dev.pulsegraph.series.SeriesRow;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Metrics over time of several organizations or posts: one statement for their contexts, and one a question. */
@Singleton
class MetricQueryLoader {
    private final MetricRepository metrics;
    private final MetricPointRepository points;
    private final ZoneRulesCheck days;
    private final Json json;

    MetricQueryLoader(MetricRepository metrics, MetricPointRepository points, ZoneRulesCheck days, Json json) {
        this.metrics = metrics;
        this.points = points;
        this.days = days;
        this.json = json;
    }

    /**
     * Answers questions: those that are equal, of however many organizations and posts, in one statement. The bounds on an
     * answer are those of all of them.
     */
    Function<Set<Request>, Map<Request, Outcome<MetricResult>>> load(Set<Request> requests) {
        Map<UUID, MetricContext> contexts = contexts(requests);
        Map<MetricQuery, Long> owners = requests.stream().collect(groupingBy(Request::query, counting()));
        return same -> {
            MetricQuery query = same.iterator().next().query();
            return load(query, List.copyOf(same), contexts, Math.toIntExact(Objects.requireNonNull(owners.get(query))));
        };
    }

    private Map<Request, Outcome<MetricResult>> load(
            MetricQuery query, List<Request> requests, Map<UUID, MetricContext> contexts, int owners) {
        boolean byPost = requests.getFirst().post() != null;
        MetricQuery asked = byPost ? query.about(EntityType.POST, posts(requests)) : query;
        Map<UUID, Outcome<PlannedMetricQuery>> planned = new LinkedHashMap<>();
        for (Request request : requests) {
            planned.computeIfAbsent(
                    request.organization(),
                    id -> Outcome.judge(() -> MetricPlanner.plan(
                            MetricValidation.validate(asked, Objects.requireNonNull(contexts.get(id)), owners))));
        }
        Map<Key, List<SeriesRow>> rows = new HashMap<>();
        List<Row> read = read(asked, byPost, planned);
        Call.rowsRead(read.size());
        for (Row row : read) {
            rows.computeIfAbsent(new Key(row.organizationId(), row.owner()), any -> new ArrayList<>())
                    .add(row.series());
        }
        Map<Request, Outcome<MetricResult>> results = new HashMap<>();
        for (Request request : requests) {
            results.put(
                    request,
                    Outcome.judge(() -> Objects.requireNonNull(planned.get(request.organization()))
                            .get()
                            .assemble(rows.getOrDefault(new Key(request.organization(), request.post()), List.of()))));
        }
        return results;
    }

    private static List<UUID> posts(List<Request> requests) {
        return requests.stream()
                .map(Request::post)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private Map<UUID, MetricContext> contexts(Set<Request> requests) {
        Set<UUID> organizations = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (Request request : requests) {
            organizations.add(request.organization());
            names.addAll(request.query().metrics());
        }
        Map<UUID, MetricContext> contexts = new HashMap<>();
        for (MetricRepository.ContextRow row : metrics.listContexts(organizations, names)) {
            MetricContext context = contexts.computeIfAbsent(
                    row.organizationId(),
                    any -> new MetricContext(
                            row.timeZone(), row.hasDays() && days.of(row.timeZone()), row.asOf(), new HashMap<>()));
            if (row.name() != null && row.kind() != null && row.defaultAggregation() != null) {
                context.definitions()
                        .put(
                                row.name(),
                                new MetricContext.Definition(row.unit(), row.kind(), row.defaultAggregation()));
            }
        }
        return contexts;
    }

    /** The fourth step. */
    private List<Row> read(MetricQuery query, boolean byPost, Map<UUID, Outcome<PlannedMetricQuery>> planned) {
        List<Map<String, Object>> segments = new ArrayList<>();
        List<Map<String, Object>> edges = new ArrayList<>();
        int groups = 1;
        for (var one : planned.entrySet()) {
            if (one.getValue().isFailure()) {
                continue;
            }
            UUID organization = one.getKey();
            PlannedMetricQuery plan = one.getValue().get();
            plan.plan().segments().forEach(segment -> segments.add(row(organization, segment)));
            var periods = plan.valid().series().periods();
            periods.edges().forEach(edge -> {
                edge.put("organization_id", organization.toString());
                edges.add(edge);
            });
            groups = Math.max(groups, plan.valid().series().groups());
        }
        if (segments.isEmpty()) {
            return List.of();
        }
        return points.listPoints(
                json.text(segments),
                json.text(edges),
                query.aggregation() == null ? null : query.aggregation().stored(),
                query.entityType() == null ? null : query.entityType().stored(),
                query.entityIds(),
                query.platforms(),
                byPost,
                query.groupBy().contains(MetricDimension.PLATFORM),
                query.groupBy().contains(MetricDimension.ENTITY),
                groups);
    }

    private static Map<String, Object> row(UUID organization, PlanSegment segment) {
        return Map.of(
                "organization_id", organization.toString(),
                "metric", segment.metric(),
                "comparison", segment.comparison(),
                "totals", segment.scope() == PlanScope.TOTALS,
                "tier", segment.tier().minutes(),
                "from_at", segment.from().toString(),
                "to_at", segment.to().toString());
    }

    /** A question asked of an organization, or of one of its posts. */
    record Request(UUID organization, @Nullable UUID post, MetricQuery query) {}

    private record Key(UUID organization, @Nullable UUID post) {}
}
