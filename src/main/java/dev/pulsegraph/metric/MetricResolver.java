package dev.pulsegraph.metric;

import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.post.Platforms;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.series.Aggregation;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The fields of definitions, samples and newest values. */
@Singleton
class MetricResolver implements Resolver {
    @Limit("samples of a `recordMetrics` mutation")
    private static final int MAX_SAMPLES = 10_000;

    private static final BatchArgument SAMPLES = new BatchArgument(
            "samples", MAX_SAMPLES, " samples", "send them in several calls, or by POST /v1/metrics.");
    /** Metrics that every organization has. */
    static final int BUILT_IN = 21;

    private final MetricService service;
    private final MetricLoader loader;
    private final SampleReader reader;

    MetricResolver(MetricService service, MetricLoader loader, SampleReader reader) {
        this.service = service;
        this.loader = loader;
        this.reader = reader;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.read(
                        "Organization.metricDefinitions",
                        call -> loader.definitions(
                                        call, call.source(Organization.class).id())
                                .thenApply(Map::values))
                .read("Post.latestMetrics", this::latest)
                .field(
                        "MetricValue.platforms",
                        call -> call.batch(
                                "MetricValue.platforms",
                                call.source(MetricValue.class).key(),
                                loader::newestByPlatform))
                .field("Mutation.defineMetric", call -> Map.of("definition", service.define(definition(call.input()))))
                .batch("Mutation.recordMetrics", SAMPLES, reader, service::record)
                .field("Mutation.deleteMetrics", call -> Map.of("deleted", delete(call.input())))
                .cost("Post.latestMetrics", MetricResolver::costOfLatest);
    }

    private static Estimate costOfLatest(Arguments arguments) {
        List<String> names = arguments.findTexts("names");
        return Estimate.NONE.with("", names == null ? BUILT_IN : names.size());
    }

    private CompletableFuture<List<MetricValue>> latest(Call call) {
        List<String> names = call.arguments().findNames("names");
        return names != null && names.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : loader.newest(call, call.source(Post.class), names);
    }

    private int delete(Arguments input) {
        EntityType type = input.enumValue("entityType", EntityType.class);
        return service.delete(
                input.id("organization", "Organization"),
                type,
                EntityReference.idOf("entity", type, input.text("entity")),
                input.findNames("metrics"),
                Platforms.find(input.findTexts("platforms")),
                input.findRange("range"));
    }

    private static DefineMetricInput definition(Arguments input) {
        return new DefineMetricInput(
                input.id("organization", "Organization"),
                input.text("name"),
                input.enumValue("kind", MetricKind.class),
                input.findText("unit"),
                input.findEnum("defaultAggregation", Aggregation.class),
                input.findText("description"));
    }
}
