package dev.pulsegraph.goal;

import dev.pulsegraph.funnel.FunnelStep;
import dev.pulsegraph.goal.GoalLoader.Days;
import dev.pulsegraph.goal.GoalLoader.Request;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.DateRange;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The fields of goals. */
@Singleton
class GoalResolver implements Resolver {
    @Limit("days of conversions")
    private static final int MAX_DAYS = 3_660;

    private static final double COST_OF_A_GOAL = 2;

    private final GoalService service;
    private final GoalLoader loader;
    private final OrganizationLoader organizations;
    private final Clock clock;

    GoalResolver(GoalService service, GoalLoader loader, OrganizationLoader organizations, Clock clock) {
        this.service = service;
        this.loader = loader;
        this.organizations = organizations;
        this.clock = clock;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Goal", Goal.class, GoalRepository::byIds)
                .read(
                        "Organization.goals",
                        call -> call.read(
                                "Organization.goals",
                                call.source(Organization.class).id(),
                                ids -> GoalRepository.byOrganizations(ids)
                                        .map(found -> Connection.lists(ids, found, Goal::organizationId))))
                .read(
                        "Goal.organization",
                        call -> organizations.organization(
                                call, call.source(Goal.class).organizationId()))
                .read("Goal.conversions", this::conversions)
                .cost("Goal.conversions", arguments -> Estimate.of(COST_OF_A_GOAL, "conversions"))
                .field("Mutation.saveGoal", call -> {
                    Arguments input = call.input();
                    service.requireVisible(input.id("organization", "Organization"), input.findId("id", "Goal"));
                    return Map.of("goal", service.save(input(input)));
                })
                .field("Mutation.deleteGoal", call -> {
                    UUID id = call.input().id("id", "Goal");
                    service.delete(id);
                    return Map.of("deletedId", GlobalId.encode("Goal", id));
                });
    }

    private CompletableFuture<GoalResult> conversions(Call call) {
        Goal goal = call.source(Goal.class);
        ZoneId zone = ZoneId.of(goal.timeZone());
        LocalDate today = clock.instant().atZone(zone).toLocalDate();
        DateRange range = checked(call.arguments().days("range").resolve(today));
        var days = new Days(goal.organizationId(), zone, range, call.asksFor("previous"));
        return call.read("Goal.conversions", new Request(goal, days), loader::results);
    }

    private static DateRange checked(DateRange range) {
        range.requireFirstYear();
        if (range.days() > MAX_DAYS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    range.days() + " days exceed the limit of " + MAX_DAYS + "; ask for fewer.");
        }
        return range;
    }

    private static SaveGoalInput input(Arguments input) {
        return new SaveGoalInput(
                input.id("organization", "Organization"),
                input.findId("id", "Goal"),
                input.findText("name"),
                input.findName("event", FunnelStep.MAX_TEXT),
                input.findName("path", FunnelStep.MAX_PATH),
                input.findName("clickTarget", FunnelStep.MAX_TEXT),
                input.findFields("where"),
                input.patch("value", input::findText));
    }
}
