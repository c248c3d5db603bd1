package dev.pulsegraph.metric;

import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.post.Platforms;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.post.PostLoader;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.series.Aggregation;
import dev.pulsegraph.series.Comparison;
import dev.pulsegraph.series.Fill;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.MetricSeries;
import dev.pulsegraph.series.SeriesLimits;
import dev.pulsegraph.series.SeriesSize;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields that ask for metrics over time. The first of the five steps, parsing, is done here. */
@Singleton
class MetricQueryResolver implements Resolver {
    private static final double COST_OF_A_METRIC = 2;
    private static final double COST_OF_A_NUMBER = 0.05;
    /** As many platforms as are assumed where none is named. */
    private static final int PLATFORMS = 20;

    private final MetricQueryLoader loader;
    private final PostLoader posts;
    private final TimeZones zones;

    MetricQueryResolver(MetricQueryLoader loader, PostLoader posts, TimeZones zones) {
        this.loader = loader;
        this.posts = posts;
        this.zones = zones;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field(
                        "Organization.metrics",
                        call -> ask(
                                call,
                                call.source(Organization.class).id(),
                                null,
                                query(call, call.arguments().input("query"))))
                .field("Post.metrics", call -> {
                    Post post = call.source(Post.class);
                    return ask(call, post.organizationId(), post.id(), ofPost(post, call));
                })
                .field("Organization.topPosts", this::topPosts)
                .field(
                        "RankedPost.post",
                        call -> posts.post(call, call.source(RankedPost.class).postId()))
                .field("MetricSeries.entity", call -> entity(wiring, call))
                .cost("Organization.metrics", arguments -> {
                    List<String> ids = arguments.input("query").findTexts("entityIds");
                    return cost(arguments.input("query"), ids == null ? SeriesLimits.MAX_GROUPS : ids.size());
                })
                .cost("Post.metrics", arguments -> cost(arguments.input("query"), 1));
    }

    /** Every number is computed, whether it is answered or not. */
    private static Estimate cost(Arguments query, int entities) {
        List<MetricDimension> groupBy =
                Objects.requireNonNullElse(query.findEnums("groupBy", MetricDimension.class), List.of());
        Set<String> metrics = Set.copyOf(query.names("metrics"));
        SeriesSize size = metrics.size() > MetricValidation.MAX_METRICS
                ? null
                : SeriesSize.of(
                        metrics.size(),
                        query.range("range"),
                        query.enumValue("granularity", Granularity.class),
                        groupBy.isEmpty() ? null : groups(query, groupBy, entities),
                        query.findInt("topGroups"));
        if (size == null) {
            return Estimate.NONE;
        }
        boolean compared = query.has("compareTo") && query.findText("compareTo") != null;
        return Estimate.of(
                        COST_OF_A_METRIC * size.measures() + COST_OF_A_NUMBER * size.cells() * (compared ? 2 : 1),
                        size.series() + " series of " + size.points() + " points" + (compared ? ", compared" : ""))
                .withSeries(size.series(), size.points());
    }

    /** How many there may be: as many as are named, of each dimension. */
    private static long groups(Arguments query, List<MetricDimension> groupBy, int entities) {
        List<String> platforms = query.findTexts("platforms");
        long groups = groupBy.contains(MetricDimension.ENTITY) ? entities : 1;
        return groupBy.contains(MetricDimension.PLATFORM)
                ? groups * (platforms == null ? PLATFORMS : platforms.size())
                : groups;
    }

    private CompletableFuture<MetricResult> ask(Call call, UUID organization, @Nullable UUID post, MetricQuery query) {
        var request = new MetricQueryLoader.Request(organization, post, query);
        return call.batchEach("metrics", request, MetricQueryLoader.Request::query, loader::load);
    }

    private CompletableFuture<List<RankedPost>> topPosts(Call call) {
        Arguments arguments = call.arguments();
        int first = arguments.first(10, PageRequest.MOST);
        String platform = arguments.findText("platform");
        List<String> platforms = Platforms.find(platform == null ? null : List.of(platform));
        var query = new MetricQuery(
                List.of(arguments.name("metric")),
                EntityType.POST,
                null,
                platforms,
                arguments.range("range"),
                Granularity.TOTAL,
                null,
                null,
                Set.of(MetricDimension.ENTITY),
                null,
                null,
                first,
                false);
        return ask(call, call.source(Organization.class).id(), null, query)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof Problem problem ? problem.renamed("metrics", "metric") : failure))
                .thenApply(MetricQueryResolver::ranking);
    }

    private static List<RankedPost> ranking(MetricResult result) {
        List<RankedPost> ranking = new ArrayList<>();
        for (MetricSeries series : result.series()) {
            if (!series.other() && series.entityId() != null && series.total() != null) {
                ranking.add(new RankedPost(ranking.size() + 1, series.entityId(), series.total()));
            }
        }
        return ranking;
    }

    private static @Nullable CompletableFuture<?> entity(Wiring wiring, Call call) {
        MetricSeries series = call.source(MetricSeries.class);
        return series.entityType() == null || series.entityId() == null
                ? null
                : wiring.entity(call, series.entityType(), series.entityId());
    }

    private MetricQuery ofPost(Post post, Call call) {
        MetricQuery query = query(call, call.arguments().input("query"));
        if (query.entityType() != null && query.entityType() != EntityType.POST) {
            throw Problem.badInput("entityType", "metrics of a post are those of POST; omit entityType.");
        }
        if (query.entityIds() != null && !query.entityIds().equals(List.of(post.id()))) {
            throw Problem.badInput("entityIds", "metrics of a post are those of the post; omit entityIds.");
        }
        return query.about(null, null);
    }

    private MetricQuery query(Call call, Arguments query) {
        boolean explain = query.flag("explain");
        if (explain) {
            call.caller().requireOperator();
        }
        List<MetricDimension> groupBy = query.findEnums("groupBy", MetricDimension.class);
        List<String> ids = query.findTexts("entityIds");
        String zone = query.findText("timeZone");
        EntityType named = query.findEnum("entityType", EntityType.class);
        EntityType type = named == null && ids != null && !ids.isEmpty() ? typeOf(ids) : named;
        return new MetricQuery(
                query.names("metrics"),
                type,
                ids == null ? null : entities(type, ids),
                Platforms.find(query.findTexts("platforms")),
                query.range("range"),
                query.enumValue("granularity", Granularity.class),
                zone == null ? null : zones.canonical(zone),
                query.findEnum("aggregation", Aggregation.class),
                groupBy == null ? Set.of() : Set.copyOf(groupBy),
                query.findEnum("compareTo", Comparison.class),
                query.findEnum("fill", Fill.class),
                query.findInt("topGroups"),
                explain);
    }

    private static EntityType typeOf(List<String> ids) {
        EntityType type = EntityReference.of("entityIds", ids.getFirst()).type();
        if (type == null) {
            throw Problem.badInput("entityIds", "a UUID requires entityType.");
        }
        return type;
    }

    private static List<UUID> entities(@Nullable EntityType type, List<String> ids) {
        return ids.stream()
                .map(id -> type == null
                        ? EntityReference.of("entityIds", id).id()
                        : EntityReference.idOf("entityIds", type, id))
                .distinct()
                .toList();
    }
}
