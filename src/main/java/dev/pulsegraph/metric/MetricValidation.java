package dev.pulsegraph.metric;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.Granularity;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The second step: whether a question can be answered, within the bounds on its answer. */
final class MetricValidation {
    @Limit("metrics of a query")
    static final int MOST_METRICS = 20;

    @Limit("entities of a query")
    static final int MOST_ENTITIES = 1000;

    @Limit("points of a series")
    static final int MOST_POINTS = 5000;

    @Limit("groups of a query")
    static final int MOST_GROUPS = 200;

    @Limit("numbers that a query answers")
    static final int MOST_NUMBERS = 100_000;

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private MetricValidation() {}

    /**
     * Checks a question.
     *
     * @param owners how many answers of this form are asked for at once
     */
    static ValidMetricQuery validate(MetricQuery query, MetricGround ground, int owners) {
        checkSizes(query);
        Map<String, Aggregation> aggregations = new LinkedHashMap<>();
        for (String metric : query.metrics()) {
            MetricGround.Definition definition = ground.definitions().get(metric);
            if (definition == null) {
                throw Problem.badInput(
                        "metrics", "`" + Problem.shown(metric) + "` is not defined here; see metricDefinitions.");
            }
            aggregations.put(
                    metric, query.aggregation() == null ? definition.defaultAggregation() : query.aggregation());
        }
        ZoneId zone = ZoneId.of(query.timeZone() == null ? ground.timeZone() : query.timeZone());
        Buckets buckets = buckets(query, zone);
        return new ValidMetricQuery(
                query,
                aggregations,
                ground.definitions(),
                buckets,
                comparison(query.compareTo(), buckets),
                groups(query, buckets.size(), owners),
                ground.daysAreReady() ? ZoneId.of(ground.timeZone()) : null,
                ground.asOf());
    }

    private static void checkSizes(MetricQuery query) {
        if (query.metrics().isEmpty()) {
            throw Problem.badInput("metrics", "at least one is needed.");
        }
        if (query.metrics().size() > MOST_METRICS) {
            throw exceeded("metrics", query.metrics().size() + " metrics; at most " + MOST_METRICS + " fit a query.");
        }
        List<?> entities = query.entityIds();
        if (entities != null && entities.size() > MOST_ENTITIES) {
            throw exceeded("entityIds", entities.size() + " entities; at most " + MOST_ENTITIES + " fit a query.");
        }
        if (query.topGroups() != null && !query.isGrouped()) {
            throw Problem.badInput("topGroups", "there are no groups without groupBy.");
        }
        if (query.topGroups() != null && query.topGroups() < 1) {
            throw Problem.badInput("topGroups", query.topGroups() + " is not between 1 and " + MOST_GROUPS + ".");
        }
        if (query.topGroups() != null && query.topGroups() > MOST_GROUPS) {
            throw exceeded("topGroups", query.topGroups() + " groups; at most " + MOST_GROUPS + " fit a query.");
        }
    }

    private static Buckets buckets(MetricQuery query, ZoneId zone) {
        Buckets buckets = Buckets.of(query.range(), query.granularity(), zone, MOST_POINTS);
        if (buckets != null) {
            return buckets;
        }
        for (Granularity coarser : Granularity.values()) {
            if (coarser.compareTo(query.granularity()) > 0
                    && Buckets.of(query.range(), coarser, zone, MOST_POINTS) != null) {
                throw exceeded(
                        "granularity",
                        "a series by " + query.granularity() + " would have more than " + MOST_POINTS
                                + " points in this range; " + coarser + " fits, or a shorter range.");
            }
        }
        throw exceeded("range", "a series would have more than " + MOST_POINTS + " points; TOTAL fits.");
    }

    private static @Nullable Buckets comparison(@Nullable Comparison comparison, Buckets buckets) {
        Buckets before = switch (comparison) {
            case PREVIOUS_PERIOD -> buckets.previousPeriod();
            case PREVIOUS_YEAR -> buckets.previousYear();
            case null -> null;
        };
        if (before != null && before.from().isBefore(FIRST)) {
            throw Problem.badInput("compareTo", "what is compared with would begin before the year 1.");
        }
        return before;
    }

    private static int groups(MetricQuery query, int points, int owners) {
        int fitting = MOST_NUMBERS / (query.metrics().size() * points * owners);
        int wanted = query.topGroups() != null ? query.topGroups() : 1;
        if (fitting < wanted) {
            throw exceeded(
                    query.topGroups() == null ? "granularity" : "topGroups",
                    (long) query.metrics().size() * points * owners * wanted + " points in all; at most " + MOST_NUMBERS
                            + " fit an answer"
                            + (query.topGroups() == null || fitting == 0 ? "." : ", so " + fitting + " groups do."));
        }
        if (query.topGroups() != null) {
            return query.topGroups();
        }
        return query.isGrouped() ? Math.min(fitting, MOST_GROUPS) : 1;
    }

    static Problem tooManyGroups(ValidMetricQuery valid) {
        return exceeded(
                "groupBy",
                "there are more than " + valid.groups() + " groups; at most " + valid.groups()
                        + " fit an answer of this size: set topGroups, or ask for fewer entities, platforms or points.");
    }

    private static Problem exceeded(String argument, String message) {
        return Problem.of(ErrorCode.LIMIT_EXCEEDED, argument, message);
    }
}
