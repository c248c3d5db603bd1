package dev.pulsegraph.embedding;

import dev.pulsegraph.organization.OrganizationRepository;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes feature vectors, in the one transaction of the operation. */
@Singleton
class MlFeatureService {
    private final MlFeatureRepository features;
    private final OrganizationRepository organizations;
    private final JsonMapper json;

    MlFeatureService(MlFeatureRepository features, OrganizationRepository organizations, JsonMapper json) {
        this.features = features;
        this.organizations = organizations;
        this.json = json;
    }

    /**
     * Writes feature vectors in one call.
     *
     * @param read those that could be read
     * @param unreadable the rejections of the others
     */
    PutMlFeaturesPayload put(UUID organization, List<MlFeatureInput> read, List<MlFeatureRejection> unreadable) {
        organizations.requireVisible(organization);
        try {
            MlFeatureRepository.Taken taken = features.put(
                    organization,
                    json.writeValueAsString(
                            read.stream().map(MlFeatureService::row).toList()));
            List<MlFeatureRejection> refused =
                    json
                            .readValue(taken.rejected(), Argument.listOf(Argument.mapOf(String.class, Object.class)))
                            .stream()
                            .map(MlFeatureService::rejection)
                            .toList();
            List<MlFeatureRejection> rejected = new ArrayList<>(unreadable);
            rejected.addAll(refused);
            rejected.sort(Comparator.comparingInt(MlFeatureRejection::index));
            return new PutMlFeaturesPayload(taken.written(), read.size() - refused.size() - taken.written(), rejected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, @Nullable Object> row(MlFeatureInput feature) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("position", feature.index());
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

    private static MlFeatureRejection rejection(Map<String, Object> fields) {
        return new MlFeatureRejection(
                ((Number) fields.getOrDefault("index", 0)).intValue(),
                String.valueOf(fields.get("code")),
                String.valueOf(fields.get("reason")));
    }
}
