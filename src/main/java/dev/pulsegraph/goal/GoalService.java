package dev.pulsegraph.goal;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes goals, in the one transaction of the operation. */
@Singleton
class GoalService {
    private final GoalRepository goals;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;
    private final Json json;

    GoalService(
            GoalRepository goals, OrganizationRepository organizations, OperationTransaction transaction, Json json) {
        this.goals = goals;
        this.organizations = organizations;
        this.transaction = transaction;
        this.json = json;
    }

    /**
     * Refuses what the caller may not see, before it is told what else is wrong.
     *
     * @param goal null for a new one
     */
    void requireVisible(UUID organization, @Nullable UUID goal) {
        organizations.requireVisible(organization);
        if (goal != null && !get(goal).organizationId().equals(organization)) {
            throw Problem.notFound("id", "goal");
        }
    }

    Goal save(SaveGoalInput input) {
        return input.id() == null ? create(input) : update(input, input.id());
    }

    void delete(UUID id) {
        get(id);
        Problem.requireChanged(goals.delete(id), () -> get(id));
    }

    private Goal create(SaveGoalInput input) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        goals.create(
                input.organization(),
                id,
                Objects.requireNonNull(input.name()),
                input.event(),
                input.path(),
                input.clickTarget(),
                conditions(input),
                input.value().value());
        return get(id);
    }

    private Goal update(SaveGoalInput input, UUID id) {
        Problem.requireChanged(
                goals.update(
                        input.organization(),
                        id,
                        input.name(),
                        input.setsStep(),
                        input.event(),
                        input.path(),
                        input.clickTarget(),
                        conditions(input),
                        input.value().given(),
                        input.value().value()),
                () -> get(id));
        return get(id);
    }

    private @Nullable String conditions(SaveGoalInput input) {
        return input.conditions() == null ? null : json.text(input.conditions());
    }

    private Goal get(UUID id) {
        return Problem.requireFound(transaction.read(GoalRepository.byIds(List.of(id))), "goal");
    }
}
