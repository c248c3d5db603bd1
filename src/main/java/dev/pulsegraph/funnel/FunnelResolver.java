package dev.pulsegraph.funnel;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.Durations;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of saved funnels. */
@Singleton
class FunnelResolver implements Resolver {
    private final FunnelService service;
    private final OrganizationLoader organizations;

    FunnelResolver(FunnelService service, OrganizationLoader organizations) {
        this.service = service;
        this.organizations = organizations;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Funnel", Funnel.class, FunnelRepository::byIds)
                .read(
                        "Organization.funnels",
                        call -> call.read(
                                "Organization.funnels",
                                call.source(Organization.class).id(),
                                ids -> FunnelRepository.byOrganizations(ids)
                                        .map(found -> Connection.lists(ids, found, Funnel::organizationId))))
                .read(
                        "Funnel.organization",
                        call -> organizations.organization(
                                call, call.source(Funnel.class).organizationId()))
                .read("Funnel.versions", FunnelResolver::versions)
                .field("Mutation.saveFunnel", call -> {
                    Arguments input = call.input();
                    service.requireVisible(input.id("organization", "Organization"), input.findId("id", "Funnel"));
                    return Map.of("funnel", service.save(input(input)));
                })
                .field("Mutation.deleteFunnel", call -> {
                    UUID id = call.input().id("id", "Funnel");
                    service.delete(id);
                    return Map.of("deletedId", GlobalId.encode("Funnel", id));
                });
    }

    private static CompletableFuture<List<FunnelVersion>> versions(Call call) {
        Funnel funnel = call.source(Funnel.class);
        int first = call.arguments().first(PageRequest.USUAL, PageRequest.MOST);
        return call.read(
                "Funnel.versions " + first,
                funnel,
                funnels -> FunnelRepository.versions(funnels, first).map(found -> {
                    Map<Funnel, List<FunnelVersion>> versions = new HashMap<>();
                    funnels.forEach(one -> versions.put(one, found.getOrDefault(one.id(), List.of())));
                    return versions;
                }));
    }

    private static SaveFunnelInput input(Arguments input) {
        return new SaveFunnelInput(
                input.id("organization", "Organization"),
                input.findId("id", "Funnel"),
                input.findText("name"),
                input.patch("description", input::findText),
                (Boolean) input.values().get("active"),
                findSteps(input, "steps"),
                findSteps(input, "exclude"),
                findWindow(input),
                input.findEnum("ordering", FunnelOrdering.class));
    }

    static @Nullable List<FunnelStep> findSteps(Arguments input, String name) {
        List<Arguments> steps = input.findInputs(name);
        return steps == null ? null : steps.stream().map(FunnelResolver::step).toList();
    }

    static FunnelStep step(Arguments input) {
        return FunnelStep.of(
                input.findName("name", FunnelStep.MAX_NAME),
                input.findName("event", FunnelStep.MAX_TEXT),
                input.findName("path", FunnelStep.MAX_PATH),
                input.findName("clickTarget", FunnelStep.MAX_TEXT),
                Objects.requireNonNullElse(input.findFields("where"), List.of()));
    }

    static @Nullable Duration findWindow(Arguments input) {
        String window = input.findText("window");
        return window == null
                ? null
                : Durations.parse(window)
                        .orElseThrow(() -> Problem.badInput(
                                "window", "`" + Problem.shown(window) + "` is not " + Durations.ALLOWED + "."));
    }
}
