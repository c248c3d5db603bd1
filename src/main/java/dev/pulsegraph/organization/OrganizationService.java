package dev.pulsegraph.organization;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import dev.pulsegraph.security.Secret;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The administration of organizations. Policies decide who may do what; what is done here is to tell a row that is not
 * there from one that may not be changed.
 */
@Singleton
public class OrganizationService {
    private final OrganizationRepository organizations;
    private final MemberRepository members;
    private final InvitationRepository invitations;
    private final ApiKeyRepository apiKeys;
    private final TimeZones zones;

    OrganizationService(
            OrganizationRepository organizations,
            MemberRepository members,
            InvitationRepository invitations,
            ApiKeyRepository apiKeys,
            TimeZones zones) {
        this.organizations = organizations;
        this.members = members;
        this.invitations = invitations;
        this.apiKeys = apiKeys;
        this.zones = zones;
    }

    Organization create(Caller caller, CreateOrganizationInput input) {
        caller.requireUser();
        UUID id = UuidCreator.getTimeOrderedEpoch();
        organizations.create(
                id,
                input.name(),
                input.slug(),
                input.description(),
                input.website(),
                input.logoUrl(),
                input.timeZone() == null ? null : zones.canonical(input.timeZone()));
        return get("id", id);
    }

    Organization update(UpdateOrganizationInput input) {
        UUID id = input.id();
        get("id", id);
        Problem.requireChanged(
                organizations.update(
                        id,
                        input.name(),
                        input.slug(),
                        input.description().given(),
                        input.description().value(),
                        input.website().given(),
                        input.website().value(),
                        input.logoUrl().given(),
                        input.logoUrl().value(),
                        input.subscriptionTier() == null ? null : toColumn(input.subscriptionTier()),
                        input.timeZone() == null ? null : zones.canonical(input.timeZone()),
                        input.settings()),
                () -> get("id", id));
        return get("id", id);
    }

    void delete(UUID id, String confirmSlug) {
        requireSlug(id, confirmSlug);
        Problem.requireChanged(organizations.delete(id, confirmSlug), () -> requireSlug(id, confirmSlug));
    }

    /** The invitation, and the token that is shown this once. */
    Invited invite(Caller caller, UUID organization, String email, Role role) {
        UUID inviter = caller.requireUser().id();
        get("organization", organization);
        Secret token = Secret.create(Secret.INVITATION);
        UUID id = UuidCreator.getTimeOrderedEpoch();
        invitations.revokeOpen(organization, email);
        invitations.create(organization, id, email, toColumn(role), token.sha256(), inviter);
        return new Invited(getInvitation(id), token.text());
    }

    Invitation revokeInvitation(UUID id) {
        getInvitation(id);
        if (invitations.revoke(id) == 0) {
            throw Problem.of(ErrorCode.CONFLICT, "invitation", "it was accepted or revoked already.");
        }
        return getInvitation(id);
    }

    /** A member who was made inactive is active again, with the role of the invitation. */
    Member acceptInvitation(Caller caller, String token) {
        Caller.User me = caller.requireUser();
        UUID organization = invitations.accept(new Secret(token).sha256(), UuidCreator.getTimeOrderedEpoch());
        return members.findByUser(organization, me.id()).orElseThrow();
    }

    /** A transfer of ownership makes the new owner first, so that there is one at every moment. */
    Member changeRole(Caller caller, UUID id, Role role, boolean keepOwnership) {
        Member member = getMember(id);
        if (role == Role.OWNER) {
            Caller.User me = caller.requireUser();
            requireOwner(me, member.organizationId());
            Problem.requireChanged(members.changeRole(id, toColumn(role)), () -> getMember(id));
            if (!keepOwnership && !member.userId().equals(me.id())) {
                Member own =
                        members.findByUser(member.organizationId(), me.id()).orElseThrow();
                Problem.requireChanged(members.changeRole(own.id(), toColumn(Role.ADMIN)), () -> getMember(own.id()));
            }
        } else {
            Problem.requireChanged(members.changeRole(id, toColumn(role)), () -> getMember(id));
        }
        return getMember(id);
    }

    /** Nobody shuts themselves out: the change could not even be shown to them. */
    Member changeStatus(Caller caller, UUID id, MemberStatus status) {
        if (status == MemberStatus.PENDING) {
            throw Problem.badInput("status", "`PENDING` cannot be set; allowed are ACTIVE, INACTIVE and SUSPENDED.");
        }
        Member member = getMember(id);
        if (status != MemberStatus.ACTIVE
                && caller instanceof Caller.User me
                && member.userId().equals(me.id())) {
            throw Problem.of(
                    ErrorCode.CONFLICT,
                    "member",
                    "you cannot suspend or deactivate yourself; leave with removeMember, or ask another administrator.");
        }
        Problem.requireChanged(members.changeStatus(id, toColumn(status)), () -> getMember(id));
        return getMember(id);
    }

    void removeMember(UUID id) {
        getMember(id);
        Problem.requireChanged(members.remove(id), () -> getMember(id));
    }

    /** The key, and the secret that is shown this once. */
    CreatedApiKey createApiKey(
            Caller caller, UUID organization, String name, List<ApiKeyScope> scopes, @Nullable Instant expiresAt) {
        UUID creator = caller.requireUser().id();
        get("organization", organization);
        Secret secret = Secret.create(Secret.API_KEY);
        UUID id = UuidCreator.getTimeOrderedEpoch();
        apiKeys.create(
                organization,
                id,
                name,
                secret.prefix(),
                secret.sha256(),
                scopes.stream().distinct().map(OrganizationService::toColumn).toList(),
                creator,
                expiresAt);
        return new CreatedApiKey(getApiKey(id), secret.text());
    }

    ApiKey revokeApiKey(UUID id) {
        getApiKey(id);
        Problem.requireChanged(apiKeys.revoke(id), () -> getApiKey(id));
        return getApiKey(id);
    }

    private void requireSlug(UUID id, String slug) {
        Organization organization = get("id", id);
        if (!organization.slug().equals(slug)) {
            throw Problem.badInput("confirmSlug", "the slug of this organization is `" + organization.slug() + "`.");
        }
    }

    private Organization get(String argument, UUID id) {
        return organizations.listByIds(List.of(id)).stream()
                .findFirst()
                .orElseThrow(() -> Problem.notFound(argument, "organization"));
    }

    private Member getMember(UUID id) {
        return members.findById(id).orElseThrow(() -> Problem.notFound("member", "member"));
    }

    private Invitation getInvitation(UUID id) {
        return invitations.findById(id).orElseThrow(() -> Problem.notFound("invitation", "invitation"));
    }

    private ApiKey getApiKey(UUID id) {
        return apiKeys.findById(id).orElseThrow(() -> Problem.notFound("apiKey", "API key"));
    }

    private void requireOwner(Caller.User user, UUID organization) {
        if (!organizations.hasPermission(user.id(), organization, toColumn(Role.OWNER))) {
            throw Problem.forbidden("Only an owner can transfer ownership.");
        }
    }

    private static String toColumn(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    record Invited(Invitation invitation, String token) {}

    record CreatedApiKey(ApiKey apiKey, String secret) {}
}
