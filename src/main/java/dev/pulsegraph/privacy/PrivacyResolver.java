package dev.pulsegraph.privacy;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.organization.User;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.paging.Unfiltered;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of what visitors ask for. */
@Singleton
class PrivacyResolver implements Resolver {
    private static final TimeOrder<PrivacyRequest> BY_REQUESTED_AT =
            new TimeOrder<>("privacyRequest.requestedAt", true, PrivacyRequest::requestedAt);
    /** All events of the organization are read. */
    private static final double COST_OF_ERASING = 200;

    private final VisitorEraser eraser;
    private final OrganizationLoader organizations;

    PrivacyResolver(VisitorEraser eraser, OrganizationLoader organizations) {
        this.eraser = eraser;
        this.organizations = organizations;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("PrivacyRequest", PrivacyRequest.class, PrivacyRequestRepository::byIds)
                .read("Organization.privacyRequests", PrivacyResolver::requests)
                .totalCount("PrivacyRequestConnection", Unfiltered.class, PrivacyResolver::counts)
                .read("PrivacyRequest.requestedBy", this::requestedBy)
                .cost("Mutation.eraseVisitor", arguments -> Estimate.of(COST_OF_ERASING, "erasing"))
                .field("Mutation.eraseVisitor", call -> {
                    Arguments input = call.input();
                    UUID organization = input.id("organization", "Organization");
                    return Map.of("request", eraser.erase(organization, VisitorName.checked(input.text("visitor"))));
                });
    }

    private static CompletableFuture<Connection<PrivacyRequest>> requests(Call call) {
        return call.connection(
                "Organization.privacyRequests",
                call.source(Organization.class).id(),
                BY_REQUESTED_AT.name(),
                Unfiltered.ALL,
                PrivacyResolver::page);
    }

    private static Read<Map<UUID, Connection<PrivacyRequest>>> page(
            Collection<UUID> organizations, PageQuery<Unfiltered> query) {
        return BY_REQUESTED_AT.pages(
                organizations, query, PrivacyRequest::organizationId, PrivacyRequestRepository::page);
    }

    private static Read<Map<UUID, Long>> counts(Collection<UUID> organizations, Unfiltered filter) {
        return PrivacyRequestRepository.count(organizations);
    }

    private @Nullable CompletableFuture<User> requestedBy(Call call) {
        UUID user = call.source(PrivacyRequest.class).requestedById();
        return user == null ? null : organizations.user(call, user);
    }
}
