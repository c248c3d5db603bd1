package dev.pulsegraph.organization;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.Unfiltered;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of organizations and of what belongs to their administration. */
@Singleton
class OrganizationResolver implements Resolver {
    private final OrganizationLoader loader;
    private final OrganizationService service;

    OrganizationResolver(OrganizationLoader loader, OrganizationService service) {
        this.loader = loader;
        this.service = service;
    }

    @Override
    public void wire(Wiring wiring) {
        wireQueries(wiring);
        wireTypes(wiring);
        wireMutations(wiring);
    }

    private void wireQueries(Wiring wiring) {
        wiring.field("Query.viewer", Call::caller)
                .read(
                        "Query.organization",
                        call -> call.read(
                                "Query.organization", call.arguments().text("slug"), OrganizationRepository::bySlugs))
                .field("Query.organizations", this::organizations)
                .read(
                        "Viewer.user",
                        call -> call.source(Caller.class) instanceof Caller.User user ? user(call, user.id()) : null)
                .read(
                        "Viewer.apiKey",
                        call -> call.source(Caller.class) instanceof Caller.Key key ? apiKey(call, key.id()) : null)
                .field("Viewer.organizations", this::organizations)
                .node("Organization", Organization.class, OrganizationRepository::byIds)
                .node("User", User.class, UserRepository::byIds)
                .node("Member", Member.class, MemberRepository::byIds)
                .node("Invitation", Invitation.class, InvitationRepository::byIds)
                .node("ApiKey", ApiKey.class, ApiKeyRepository::byIds)
                .node("AuditEntry", AuditEntry.class, AuditRepository::byIds);
    }

    private void wireTypes(Wiring wiring) {
        wiring.field(
                        "Organization.viewerRole",
                        call -> call.caller() instanceof Caller.User user
                                ? call.batch("Organization.viewerRole", id(call), user.id(), loader::roles)
                                : null)
                .field("Organization.usage", call -> call.batch("Organization.usage", id(call), loader::usages))
                .read("Organization.members", this::members)
                .field(
                        "Organization.invitations",
                        call -> call.batch("Organization.invitations", id(call), loader::invitations))
                .field("Organization.apiKeys", call -> call.batch("Organization.apiKeys", id(call), loader::apiKeys))
                .read("Organization.auditLog", this::auditLog)
                .totalCount("OrganizationConnection", Unfiltered.class, OrganizationLoader::organizationCounts)
                .totalCount("MemberConnection", OrganizationLoader.MemberFilter.class, OrganizationLoader::memberCounts)
                .totalCount("AuditEntryConnection", Unfiltered.class, OrganizationLoader::auditCounts)
                .read(
                        "Member.user",
                        call -> user(call, call.source(Member.class).userId()))
                .read(
                        "Member.invitedBy",
                        call -> user(call, call.source(Member.class).invitedBy()))
                .read(
                        "Member.organization",
                        call -> loader.organization(
                                call, call.source(Member.class).organizationId()))
                .read(
                        "Invitation.invitedBy",
                        call -> user(call, call.source(Invitation.class).invitedBy()))
                .value(
                        "ApiKey.scopes",
                        call -> call.source(ApiKey.class).scopes().stream()
                                .map(scope -> scope.toUpperCase(java.util.Locale.ROOT))
                                .toList())
                .read(
                        "AuditEntry.actor",
                        call -> user(call, call.source(AuditEntry.class).actorUserId()))
                .value("AuditEntry.subjectId", call -> {
                    AuditEntry entry = call.source(AuditEntry.class);
                    return GlobalId.encode(entry.subjectType(), entry.subjectId());
                });
    }

    private void wireMutations(Wiring wiring) {
        wiring.field(
                        "Mutation.createOrganization",
                        call -> Map.of("organization", service.create(call.caller(), created(call.input()))))
                .field(
                        "Mutation.updateOrganization",
                        call -> Map.of("organization", service.update(updated(call.input()))))
                .field("Mutation.deleteOrganization", this::delete)
                .field("Mutation.inviteMember", call -> {
                    Arguments input = call.input();
                    return service.invite(
                            call.caller(),
                            input.id("organization", "Organization"),
                            input.text("email"),
                            input.enumValue("role", Role.class));
                })
                .field(
                        "Mutation.revokeInvitation",
                        call -> Map.of(
                                "invitation",
                                service.revokeInvitation(call.input().id("invitation", "Invitation"))))
                .field(
                        "Mutation.acceptInvitation",
                        call -> Map.of(
                                "member",
                                service.acceptInvitation(
                                        call.caller(), call.input().text("token"))))
                .field("Mutation.changeMemberRole", call -> {
                    Arguments input = call.input();
                    return Map.of(
                            "member",
                            service.changeRole(
                                    call.caller(),
                                    input.id("member", "Member"),
                                    input.enumValue("role", Role.class),
                                    input.flag("keepOwnership")));
                })
                .field(
                        "Mutation.changeMemberStatus",
                        call -> Map.of(
                                "member",
                                service.changeStatus(
                                        call.caller(),
                                        call.input().id("member", "Member"),
                                        call.input().enumValue("status", MemberStatus.class))))
                .field("Mutation.removeMember", call -> {
                    UUID member = call.input().id("member", "Member");
                    service.removeMember(member);
                    return Map.of("deletedId", GlobalId.encode("Member", member));
                })
                .field("Mutation.createApiKey", call -> {
                    Arguments input = call.input();
                    return service.createApiKey(
                            call.caller(),
                            input.id("organization", "Organization"),
                            input.text("name"),
                            java.util.Objects.requireNonNull(input.findEnums("scopes", ApiKeyScope.class)),
                            input.findInstant("expiresAt"));
                })
                .field(
                        "Mutation.revokeApiKey",
                        call -> Map.of(
                                "apiKey", service.revokeApiKey(call.input().id("apiKey", "ApiKey"))));
    }

    private Connection<Organization> organizations(Call call) {
        return loader.organizations(call.page(OrganizationLoader.BY_SLUG));
    }

    private CompletableFuture<Connection<Member>> members(Call call) {
        var filter = new OrganizationLoader.MemberFilter(call.arguments().findEnum("role", Role.class));
        return call.connection(
                "Organization.members",
                id(call),
                OrganizationLoader.BY_JOINED_AT.name(),
                filter,
                OrganizationLoader::members);
    }

    private CompletableFuture<Connection<AuditEntry>> auditLog(Call call) {
        return call.connection(
                "Organization.auditLog",
                id(call),
                OrganizationLoader.BY_OCCURRED_AT.name(),
                Unfiltered.ALL,
                OrganizationLoader::auditLog);
    }

    private Map<String, Object> delete(Call call) {
        UUID id = call.input().id("id", "Organization");
        service.delete(id, call.input().text("confirmSlug"));
        return Map.of("deletedId", GlobalId.encode("Organization", id));
    }

    private @Nullable CompletableFuture<User> user(Call call, @Nullable UUID id) {
        return id == null ? null : loader.user(call, id);
    }

    private CompletableFuture<ApiKey> apiKey(Call call, UUID id) {
        return call.find("ApiKey", id, ApiKeyRepository::byIds);
    }

    private static UUID id(Call call) {
        return call.source(Organization.class).id();
    }

    private static CreateOrganizationInput created(Arguments input) {
        return new CreateOrganizationInput(
                input.text("name"),
                input.text("slug"),
                input.findText("timeZone"),
                input.findText("description"),
                input.findText("website"),
                input.findText("logoUrl"));
    }

    private static UpdateOrganizationInput updated(Arguments input) {
        return new UpdateOrganizationInput(
                input.id("id", "Organization"),
                input.change("name", input::text),
                input.change("slug", input::text),
                input.patch("description", input::findText),
                input.patch("website", input::findText),
                input.patch("logoUrl", input::findText),
                input.change("subscriptionTier", name -> input.enumValue(name, SubscriptionTier.class)),
                input.change("timeZone", input::text),
                input.change("settings", input::object));
    }
}
