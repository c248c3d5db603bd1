package dev.pulsegraph.mlfeature;

import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.problem.Outcome;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The fields of feature vectors. */
@Singleton
class MlFeatureResolver implements Resolver {
    private static final BatchArgument FEATURES =
            new BatchArgument("features", 1_000, "", "send them in several calls.");

    private final MlFeatureReader reader;
    private final MlFeatureService service;
    private final MlFeatureLoader loader;

    MlFeatureResolver(MlFeatureReader reader, MlFeatureService service, MlFeatureLoader loader) {
        this.reader = reader;
        this.service = service;
        this.loader = loader;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Organization.mlFeatures", call -> {
                    Arguments arguments = call.arguments();
                    EntityType type = arguments.enumValue("entityType", EntityType.class);
                    UUID entity = EntityReference.idOf("entity", type, arguments.text("entity"));
                    return features(call, call.source(Organization.class).id(), type, entity);
                })
                .field("Post.mlFeatures", call -> {
                    Post post = call.source(Post.class);
                    return features(call, post.organizationId(), EntityType.POST, post.id());
                })
                .batch("Mutation.upsertMlFeatures", FEATURES, reader, service::upsert);
    }

    private CompletableFuture<List<MlFeature>> features(Call call, UUID organization, EntityType type, UUID entity) {
        Arguments arguments = call.arguments();
        int first = arguments.first(PageRequest.USUAL, PageRequest.MOST);
        var selection =
                new MlFeatureLoader.Selection(arguments.findText("featureSet"), arguments.findInt("version"), first);
        return call.batchEach(
                "mlFeatures",
                new MlFeatureLoader.Request(organization, type, entity, selection),
                MlFeatureLoader.Request::selection,
                all -> same -> Outcome.all(loader.features(same)));
    }
}
