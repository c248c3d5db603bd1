package dev.pulsegraph.metric;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.TimeRange;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The comparison of platforms. */
@Singleton
class CrossPlatformResolver implements Resolver {
    private static final int MAX_DAYS = 100_000;
    /** As many as are assumed. */
    private static final int PLATFORMS = 10;

    private static final double COST_OF_A_DAY = 0.05;

    private final CrossPlatformRepository platforms;

    CrossPlatformResolver(CrossPlatformRepository platforms) {
        this.platforms = platforms;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Organization.crossPlatform", this::compare)
                .field("CrossPlatformMetric.days", this::days)
                .cost("Organization.crossPlatform", CrossPlatformResolver::cost);
    }

    private static Estimate cost(Arguments arguments) {
        TimeRange range = arguments.range("range");
        int days = (int) Math.min(
                MAX_DAYS / PLATFORMS,
                1 + Duration.between(range.from(), range.to()).toDays());
        return Estimate.of(COST_OF_A_DAY * days * PLATFORMS, days + " days")
                .with("", PLATFORMS)
                .with("days", days);
    }

    private CompletableFuture<List<CrossPlatformMetric>> compare(Call call) {
        Arguments arguments = call.arguments();
        String metric = arguments.name("metric");
        TimeRange range = arguments.range("range");
        return call.<Request, List<CrossPlatformMetric>>batch(
                        "Organization.crossPlatform",
                        call.source(Organization.class).id(),
                        new Request(metric, range.from(), range.to()),
                        this::compare)
                .thenApply(rows -> defined(metric, rows));
    }

    private Map<UUID, List<CrossPlatformMetric>> compare(Collection<UUID> organizations, Request request) {
        Map<UUID, List<CrossPlatformMetric>> found = new HashMap<>();
        organizations.forEach(id -> found.put(id, new ArrayList<>()));
        platforms
                .compare(
                        organizations,
                        request.metric(),
                        request.from().toString(),
                        request.to().toString())
                .forEach(row ->
                        Objects.requireNonNull(found.get(row.organizationId())).add(row));
        return found;
    }

    /** An organization that has the metric has at least a row. */
    private static List<CrossPlatformMetric> defined(String metric, List<CrossPlatformMetric> rows) {
        if (rows.isEmpty()) {
            throw Problem.badInput(
                    "metric", "`" + Problem.shown(metric) + "` is not defined here; see metricDefinitions.");
        }
        return rows.stream().filter(row -> row.platform() != null).toList();
    }

    private CompletableFuture<List<CrossPlatformDay>> days(Call call) {
        CrossPlatformMetric row = call.source(CrossPlatformMetric.class);
        var key = new Key(
                row.organizationId(),
                Objects.requireNonNull(row.platform()),
                new Request(row.metric(), row.since(), row.until()));
        return call.batchEach("CrossPlatformMetric.days", key, Key::request, all -> keys -> Outcome.all(days(keys)));
    }

    private Map<Key, List<CrossPlatformDay>> days(Set<Key> keys) {
        Map<Key, List<CrossPlatformDay>> found = new HashMap<>();
        keys.forEach(key -> found.put(key, new ArrayList<>()));
        Request request = keys.iterator().next().request();
        List<CrossPlatformDay> rows = platforms.listDays(
                keys.stream().map(Key::organization).distinct().toList(),
                request.metric(),
                request.from().toString(),
                request.to().toString(),
                MAX_DAYS + 1);
        if (rows.size() > MAX_DAYS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "there are more than " + MAX_DAYS + " days of platforms in it; ask for a shorter one.");
        }
        for (CrossPlatformDay day : rows) {
            List<CrossPlatformDay> days = found.get(new Key(day.organizationId(), day.platform(), request));
            if (days != null) {
                days.add(day);
            }
        }
        return found;
    }

    private record Request(String metric, Instant from, Instant to) {}

    private record Key(UUID organization, String platform, Request request) {}
}
