package dev.pulsegraph.mlfeature;

import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Rejection;
import dev.pulsegraph.request.Unreadable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The fields of feature vectors. */
@Singleton
class MlFeatureResolver implements Resolver {
    private static final int MOST_FEATURES = 1000;

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
                .field("Mutation.putMlFeatures", call -> put(call.input()))
                .cost(
                        "Mutation.putMlFeatures",
                        arguments -> Estimate.ofItems(
                                arguments.input("input").inputs("features").size(), "rejected"));
    }

    private CompletableFuture<List<MlFeature>> features(Call call, UUID organization, EntityType type, UUID entity) {
        Arguments arguments = call.arguments();
        int first = Objects.requireNonNullElse(arguments.findInt("first"), 20);
        if (first < 1 || first > PageRequest.MOST) {
            throw Problem.badInput("first", first + " is not between 1 and " + PageRequest.MOST + ".");
        }
        var wanted = new MlFeatureLoader.Wanted(arguments.findText("featureSet"), arguments.findInt("version"), first);
        return call.batchEach(
                "mlFeatures",
                new MlFeatureLoader.Asked(organization, type, entity, wanted),
                MlFeatureLoader.Asked::wanted,
                all -> same -> Outcome.all(loader.features(same)));
    }

    private PutMlFeaturesPayload put(Arguments input) {
        UUID organization = input.id("organization", "Organization");
        List<Arguments> given = input.inputs("features");
        if (given.size() > MOST_FEATURES) {
            throw Problem.parse(
                    ErrorCode.LIMIT_EXCEEDED,
                    "features: " + given.size() + " are more than " + MOST_FEATURES + "; send them in several calls.");
        }
        List<MlFeatureInput> read = new ArrayList<>(given.size());
        List<Rejection> rejected = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            try {
                read.add(reader.read(i, given.get(i).values()));
            } catch (Unreadable unreadable) {
                rejected.add(unreadable.at(i));
            }
        }
        return service.put(organization, read, rejected);
    }
}
