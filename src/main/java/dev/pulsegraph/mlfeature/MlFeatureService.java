package dev.pulsegraph.mlfeature;

import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.request.Rejection;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    PutMlFeaturesPayload put(UUID organization, List<MlFeatureInput> read, List<Rejection> unreadable) {
        organizations.requireVisible(organization);
        try {
            MlFeatureRepository.Taken taken = features.put(
                    organization,
                    json.writeValueAsString(
                            read.stream().map(MlFeatureService::row).toList()));
            List<Rejection> refused = Rejection.list(json, taken.rejected());
            return new PutMlFeaturesPayload(
                    taken.written(),
                    read.size() - refused.size() - taken.written(),
                    Rejection.inOrder(unreadable, refused));
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
}
