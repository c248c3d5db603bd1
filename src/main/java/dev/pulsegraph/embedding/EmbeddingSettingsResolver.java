package dev.pulsegraph.embedding;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The fields of what makes vectors of texts. */
@Singleton
class EmbeddingSettingsResolver implements Resolver {
    private final EmbeddingSettingsRepository settings;
    private final EmbeddingSettingsService service;
    private final EmbeddingModels models;

    EmbeddingSettingsResolver(
            EmbeddingSettingsRepository settings, EmbeddingSettingsService service, EmbeddingModels models) {
        this.settings = settings;
        this.service = service;
        this.models = models;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field(
                        "Organization.embeddingSettings",
                        call -> call.batch(
                                "Organization.embeddingSettings",
                                call.source(Organization.class).id(),
                                this::settings))
                .field(
                        "EmbeddingSettings.available",
                        call -> models.list().stream()
                                .map(AvailableEmbeddingModel::of)
                                .toList())
                .field("Mutation.updateEmbeddingSettings", call -> Map.of("settings", update(call)));
    }

    private Map<UUID, EmbeddingSettings> settings(Set<UUID> organizations) {
        return settings.listByOrganizations(organizations).stream()
                .collect(toMap(EmbeddingSettings::organizationId, Function.identity()));
    }

    private EmbeddingSettings update(Call call) {
        Arguments input = call.input();
        return service.update(
                input.id("organization", "Organization"), input.findText("model"), input.findText("language"));
    }
}
