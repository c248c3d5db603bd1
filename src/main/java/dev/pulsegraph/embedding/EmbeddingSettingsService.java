package dev.pulsegraph.embedding;

import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chooses models and languages, in the one transaction of the operation. */
@Singleton
class EmbeddingSettingsService {
    private final EmbeddingSettingsRepository settings;
    private final OrganizationRepository organizations;
    private final EmbeddingModels models;

    EmbeddingSettingsService(
            EmbeddingSettingsRepository settings, OrganizationRepository organizations, EmbeddingModels models) {
        this.settings = settings;
        this.organizations = organizations;
        this.models = models;
    }

    /**
     * Has another model answer as soon as it has vectors of all texts, or another language be read at once.
     *
     * @param name of a model; null: no change
     * @param language a text search configuration of PostgreSQL; null: no change
     */
    EmbeddingSettings update(UUID organization, @Nullable String name, @Nullable String language) {
        organizations.requireVisible(organization);
        EmbeddingModel model = name == null ? null : models.get(name);
        settings.lockAlone(organization);
        String before = settings.findLanguage(organization).orElse("");
        Problem.requireChanged(
                settings.update(organization, name, language), () -> organizations.requireVisible(organization));
        if (model != null) {
            createModel(organization, model);
        }
        if (language != null && !language.equals(before)) {
            settings.refreshWords(organization);
        }
        return settings.listByOrganizations(List.of(organization)).getFirst();
    }

    /** Vectors that are here by that name may be of another model, or of one that was configured otherwise. */
    private void createModel(UUID organization, EmbeddingModel model) {
        settings.createModel(organization, model.name(), model.dimensions());
        int known = settings.findDimensions(organization, model.name()).orElse(model.dimensions());
        if (known != model.dimensions()) {
            throw Problem.of(
                    ErrorCode.CONFLICT,
                    "model",
                    "vectors of `" + model.name() + "` have " + known
                            + " numbers here, and those that this server" + " makes have " + model.dimensions()
                            + "; delete them first, by deleteEmbeddings.");
        }
    }
}
