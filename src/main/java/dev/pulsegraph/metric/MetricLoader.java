package dev.pulsegraph.metric;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.metric.MetricPointRepository.Row;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.time.Buckets;
import jakarta.inject.Singleton;
import java.time.Instant;
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

/** Metrics of several organizations or posts: one statement for what they bring, and one a question. */
@Singleton
class MetricLoader {
    private final MetricRepository metrics;
    private final MetricPointRepository points;

    private final DayAgreement days;

    MetricLoader(MetricRepository metrics, MetricPointRepository points, DayAgreement days) {
        this.metrics = metrics;
        this.points = points;
        this.days = days;
    }

    Map<UUID, List<MetricDefinition>> definitions(Set<UUID> organizations) {
        Map<UUID, List<MetricDefinition>> found = new HashMap<>();
        organizations.forEach(id -> found.put(id, new ArrayList<>()));
        metrics.listDefinitions(organizations)
                .forEach(definition -> Objects.requireNonNull(found.get(definition.organizationId()))
                        .add(definition));
        return found;
    }

    /**
     * Answers questions: those that are equal, of however many organizations and posts, in one statement. The bounds on an
     * answer are those of all of them.
     */
    Function<Set<Asked>, Map<Asked, Outcome<MetricResult>>> answers(Set<Asked> asked) {
        Map<UUID, MetricGround> grounds = grounds(asked);
        Map<MetricQuery, Long> owners = asked.stream().collect(groupingBy(Asked::question, counting()));
        return same -> {
            MetricQuery question = same.iterator().next().question();
            return answers(
                    question,
                    List.copyOf(same),
                    grounds,
                    Math.toIntExact(Objects.requireNonNull(owners.get(question))));
        };
    }

    private Map<Asked, Outcome<MetricResult>> answers(
            MetricQuery question, List<Asked> asked, Map<UUID, MetricGround> grounds, int owners) {
        boolean owned = asked.getFirst().post() != null;
        MetricQuery query = owned
                ? question.about(
                        EntityType.POST,
                        asked.stream()
                                .map(Asked::post)
                                .filter(Objects::nonNull)
                                .distinct()
                                .toList())
                : question;
        Map<UUID, Outcome<Planned>> planned = new LinkedHashMap<>();
        for (Asked one : asked) {
            planned.computeIfAbsent(
                    one.organization(),
                    id -> Outcome.judge(() -> {
                        ValidMetricQuery valid =
                                MetricValidation.validate(query, Objects.requireNonNull(grounds.get(id)), owners);
                        return new Planned(valid, MetricPlanner.plan(valid));
                    }));
        }
        Map<Owner, List<Row>> rows = new HashMap<>();
        List<Row> read = read(query, owned, planned);
        Call.rowsRead(read.size());
        for (Row row : read) {
            rows.computeIfAbsent(new Owner(row.organizationId(), row.owner()), any -> new ArrayList<>())
                    .add(row);
        }
        Map<Asked, Outcome<MetricResult>> answers = new HashMap<>();
        for (Asked one : asked) {
            answers.put(one, Outcome.judge(() -> {
                Planned plan =
                        Objects.requireNonNull(planned.get(one.organization())).get();
                return MetricShape.shape(
                        plan.valid(),
                        plan.plan(),
                        rows.getOrDefault(new Owner(one.organization(), one.post()), List.of()));
            }));
        }
        return answers;
    }

    private Map<UUID, MetricGround> grounds(Set<Asked> asked) {
        Set<UUID> organizations = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (Asked one : asked) {
            organizations.add(one.organization());
            names.addAll(one.question().metrics());
        }
        Map<UUID, MetricGround> grounds = new HashMap<>();
        for (MetricRepository.Ground row : metrics.listGround(organizations, names)) {
            MetricGround ground = grounds.computeIfAbsent(
                    row.organizationId(),
                    any -> new MetricGround(
                            row.timeZone(),
                            row.daysAreReady() && days.of(row.timeZone()),
                            row.asOf(),
                            new HashMap<>()));
            if (row.name() != null && row.kind() != null && row.defaultAggregation() != null) {
                ground.definitions()
                        .put(row.name(), new MetricGround.Definition(row.unit(), row.kind(), row.defaultAggregation()));
            }
        }
        return grounds;
    }

    private List<Row> read(MetricQuery query, boolean owned, Map<UUID, Outcome<Planned>> planned) {
        var segments = new SegmentColumns();
        var edges = new EdgeColumns();
        int groups = 1;
        for (var one : planned.entrySet()) {
            if (one.getValue().isFailure()) {
                continue;
            }
            Planned plan = one.getValue().get();
            plan.plan().segments().forEach(segment -> segments.add(one.getKey(), segment));
            edges.add(one.getKey(), false, plan.valid().buckets());
            if (plan.valid().comparison() != null) {
                edges.add(one.getKey(), true, plan.valid().comparison());
            }
            groups = Math.max(groups, plan.valid().groups());
        }
        if (segments.organizations.isEmpty()) {
            return List.of();
        }
        return points.listPoints(
                segments.organizations,
                segments.metrics,
                segments.comparisons,
                segments.totals,
                segments.tiers,
                segments.froms,
                segments.tos,
                edges.organizations,
                edges.comparisons,
                edges.edges,
                query.aggregation() == null ? null : query.aggregation().stored(),
                query.entityType() == null ? null : query.entityType().stored(),
                query.entityIds(),
                query.platforms(),
                owned,
                query.groupBy().contains(MetricDimension.PLATFORM),
                query.groupBy().contains(MetricDimension.ENTITY),
                groups);
    }

    /** The newest values of posts that are asked for the same metrics, all platforms together. */
    Map<Subject, List<MetricValue>> newest(Set<Subject> subjects) {
        List<String> names = subjects.iterator().next().names();
        Map<UUID, List<MetricValue>> byPost = metrics
                .listNewest(
                        subjects.stream().map(Subject::organization).toList(),
                        subjects.stream().map(Subject::post).toList(),
                        names.isEmpty() ? null : names)
                .stream()
                .collect(groupingBy(MetricValue::postId));
        Map<Subject, List<MetricValue>> values = new HashMap<>();
        subjects.forEach(subject -> values.put(subject, byPost.getOrDefault(subject.post(), List.of())));
        return values;
    }

    /** What the newest values add up. */
    Map<MetricValue.Key, List<PlatformValue>> newestByPlatform(Set<MetricValue.Key> keys) {
        return metrics
                .listNewestByPlatform(
                        keys.stream().map(MetricValue.Key::organization).toList(),
                        keys.stream().map(MetricValue.Key::post).toList(),
                        keys.stream().map(MetricValue.Key::metric).toList())
                .stream()
                .collect(groupingBy(PlatformValue::key));
    }

    /** A question asked of an organization, or of one of its posts. */
    record Asked(UUID organization, @Nullable UUID post, MetricQuery question) {}

    /** A post whose newest values are asked for; no names means all metrics. */
    record Subject(UUID organization, UUID post, List<String> names) {}

    private record Planned(ValidMetricQuery valid, MetricPlan plan) {}

    private record Owner(UUID organization, @Nullable UUID post) {}

    /** Segments as the arrays of the statement. */
    private static final class SegmentColumns {
        final List<UUID> organizations = new ArrayList<>();
        final List<String> metrics = new ArrayList<>();
        final List<String> comparisons = new ArrayList<>();
        final List<String> totals = new ArrayList<>();
        final List<String> tiers = new ArrayList<>();
        final List<String> froms = new ArrayList<>();
        final List<String> tos = new ArrayList<>();

        void add(UUID organization, PlanSegment segment) {
            organizations.add(organization);
            metrics.add(segment.metric());
            comparisons.add(Boolean.toString(segment.comparison()));
            totals.add(Boolean.toString(segment.scope() == PlanScope.TOTALS));
            tiers.add(Integer.toString(segment.tier().minutes()));
            froms.add(segment.from().toString());
            tos.add(segment.to().toString());
        }
    }

    /** Edges of buckets as the arrays of the statement. */
    private static final class EdgeColumns {
        final List<UUID> organizations = new ArrayList<>();
        final List<String> comparisons = new ArrayList<>();
        final List<String> edges = new ArrayList<>();

        void add(UUID organization, boolean comparison, Buckets buckets) {
            for (List<Instant> run : buckets.runs()) {
                for (Instant edge : run) {
                    organizations.add(organization);
                    comparisons.add(Boolean.toString(comparison));
                    edges.add(edge.toString());
                }
            }
        }
    }
}
