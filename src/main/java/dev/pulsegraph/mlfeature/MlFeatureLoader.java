package dev.pulsegraph.mlfeature;

import dev.pulsegraph.entity.EntityType;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Feature vectors of several entities, in one statement. */
@Singleton
class MlFeatureLoader {
    private final MlFeatureRepository features;

    MlFeatureLoader(MlFeatureRepository features) {
        this.features = features;
    }

    /** Of entities that are asked for the same. */
    Map<Request, List<MlFeature>> features(Set<Request> asked) {
        Map<Request, List<MlFeature>> found = new HashMap<>();
        asked.forEach(one -> found.put(one, new ArrayList<>()));
        Selection selection = asked.iterator().next().selection;
        features.listByEntities(
                        asked.stream().map(Request::organization).toList(),
                        asked.stream().map(one -> one.entityType().stored()).toList(),
                        asked.stream().map(Request::entity).toList(),
                        selection.featureSet,
                        selection.version,
                        selection.first)
                .forEach(feature -> found.getOrDefault(
                                new Request(
                                        feature.organizationId(), feature.entityType(), feature.entityId(), selection),
                                new ArrayList<>())
                        .add(feature));
        return found;
    }

    /** An entity whose feature vectors are asked for. */
    record Request(UUID organization, EntityType entityType, UUID entity, Selection selection) {}

    /**
     * Which of them.
     *
     * @param featureSet null for all
     * @param version null for the newest of each
     */
    record Selection(@Nullable String featureSet, @Nullable Integer version, int first) {}
}
