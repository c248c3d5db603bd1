package dev.pulsegraph.mlfeature;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes feature vectors, in the one transaction of the operation. */
@Singleton
class MlFeatureService {
    private final MlFeatureRepository features;
    private final OrganizationRepository organizations;
    private final Json json;

    MlFeatureService(MlFeatureRepository features, OrganizationRepository organizations, Json json) {
        this.features = features;
        this.organizations = organizations;
        this.json = json;
    }

    /** Writes feature vectors in one call. */
    BatchResult upsert(UUID organization, Batch<MlFeatureInput> batch) {
        organizations.requireVisible(organization);
        List<MlFeatureInput> given = batch.items();
        MlFeatureRepository.WriteResult result = features.upsert(
                organization,
                json.text(IntStream.range(0, given.size())
                        .mapToObj(i -> row(i, given.get(i)))
                        .toList()));
        return batch.result(result.written(), Rejection.list(json, result.rejected()));
    }

    private static Map<String, @Nullable Object> row(int position, MlFeatureInput feature) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("position", position);
        row.put("entity_type", feature.entityType().stored());
        row.put("entity_id", feature.entity().toString());
        row.put("feature_set", feature.featureSet());
        row.put("version", feature.version());
        row.put("values", feature.values());
        row.put(
                "computed_at",
                feature.computedAt() == null ? null : feature.computedAt().toString());
        return row;
    }
}
