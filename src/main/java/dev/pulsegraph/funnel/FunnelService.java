package dev.pulsegraph.funnel;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes funnels, in the one transaction of the operation. */
@Singleton
class FunnelService {
    private final FunnelRepository funnels;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;
    private final Json json;

    FunnelService(
            FunnelRepository funnels,
            OrganizationRepository organizations,
            OperationTransaction transaction,
            Json json) {
        this.funnels = funnels;
        this.organizations = organizations;
        this.transaction = transaction;
        this.json = json;
    }

    /**
     * Refuses what the caller may not see, before it is told what else is wrong.
     *
     * @param funnel null for a new one
     */
    void requireVisible(UUID organization, @Nullable UUID funnel) {
        organizations.requireVisible(organization);
        if (funnel != null && !get(funnel).organizationId().equals(organization)) {
            throw Problem.notFound("id", "funnel");
        }
    }

    Funnel save(SaveFunnelInput input) {
        return input.id() == null ? create(input) : update(input, input.id());
    }

    void delete(UUID id) {
        get(id);
        Problem.requireChanged(funnels.delete(id), () -> get(id));
    }

    private Funnel create(SaveFunnelInput input) {
        if (input.name() == null) {
            throw Problem.badInput("name", "a new funnel needs one.");
        }
        FunnelDefinition definition = input.definition();
        UUID id = UuidCreator.getTimeOrderedEpoch();
        funnels.create(
                input.organization(),
                id,
                input.name(),
                input.description().value(),
                input.active() == null || input.active());
        addVersion(input.organization(), id, 1, definition);
        return get(id);
    }

    /** The row of the funnel is locked first, so versions are counted up by one after the other. */
    private Funnel update(SaveFunnelInput input, UUID id) {
        Problem.requireChanged(
                funnels.update(
                        input.organization(),
                        id,
                        input.name(),
                        input.description().given(),
                        input.description().value(),
                        input.active()),
                () -> get(id));
        FunnelVersion newest = get(id).newest();
        FunnelDefinition definition = input.change(newest.definition());
        if (!definition.equals(newest.definition())) {
            addVersion(input.organization(), id, newest.version() + 1, definition);
        }
        return get(id);
    }

    private void addVersion(UUID organization, UUID funnel, int version, FunnelDefinition definition) {
        funnels.addVersion(
                organization,
                funnel,
                version,
                stored(definition.steps()),
                stored(definition.exclude()),
                definition.window().toSeconds(),
                definition.ordering().stored());
    }

    private String stored(List<FunnelStep> steps) {
        return json.text(steps.stream().map(FunnelStep::stored).toList());
    }

    private Funnel get(UUID id) {
        return Problem.requireFound(transaction.read(FunnelRepository.byIds(List.of(id))), "funnel");
    }
}
