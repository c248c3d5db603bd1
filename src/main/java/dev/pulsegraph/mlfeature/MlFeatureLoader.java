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
    Map<Asked, List<MlFeature>> features(Set<Asked> asked) {
        Map<Asked, List<MlFeature>> found = new HashMap<>();
        asked.forEach(one -> found.put(one, new ArrayList<>()));
        Wanted wanted = asked.iterator().next().wanted;
        features.listByEntities(
                        asked.stream().map(Asked::organization).toList(),
                        asked.stream().map(one -> one.entityType().stored()).toList(),
                        asked.stream().map(Asked::entity).toList(),
                        wanted.featureSet,
                        wanted.version,
                        wanted.first)
                .forEach(feature -> found.getOrDefault(
                                new Asked(feature.organizationId(), feature.entityType(), feature.entityId(), wanted),
                                new ArrayList<>())
                        .add(feature));
        return found;
    }

    /** An entity whose feature vectors are asked for. */
    record Asked(UUID organization, EntityType entityType, UUID entity, Wanted wanted) {}

    /**
     * Which of them.
     *
     * @param featureSet null for all
     * @param version null for the newest of each
     */
    record Wanted(@Nullable String featureSet, @Nullable Integer version, int first) {}
}
