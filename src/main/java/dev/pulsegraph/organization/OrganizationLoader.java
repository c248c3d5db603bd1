package dev.pulsegraph.organization;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.bulk.OrganizationFinder;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.paging.Unfiltered;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What belongs to several organizations at once, each kind in one statement. */
@Singleton
public class OrganizationLoader implements OrganizationFinder {
    static final String BY_SLUG = "organization.slug";
    static final TimeOrder<Member> BY_JOINED_AT = new TimeOrder<>("member.joinedAt", false, Member::joinedAt);
    static final TimeOrder<AuditEntry> BY_OCCURRED_AT =
            new TimeOrder<>("audit.occurredAt", true, AuditEntry::occurredAt);
    /** After every slug: they have no later character, and none is this long. */
    private static final String AFTER_ALL_SLUGS = "z".repeat(101);

    private static final String ID_BEGINS =
            GlobalId.encode("Organization", new UUID(0, 0)).substring(0, "Organization".length());

    private final OrganizationRepository organizations;
    private final MemberRepository members;
    private final InvitationRepository invitations;
    private final ApiKeyRepository apiKeys;

    OrganizationLoader(
            OrganizationRepository organizations,
            MemberRepository members,
            InvitationRepository invitations,
            ApiKeyRepository apiKeys) {
        this.organizations = organizations;
        this.members = members;
        this.invitations = invitations;
        this.apiKeys = apiKeys;
    }

    @Override
    public Optional<UUID> find(String slugOrId) {
        // A slug has no capital letters, so none begins as the id of an organization does.
        if (!slugOrId.startsWith(ID_BEGINS)) {
            return organizations.findBySlug(slugOrId).map(Organization::id);
        }
        GlobalId id = GlobalId.decode("organization", slugOrId);
        return id.type().equals("Organization")
                ? organizations.listByIds(List.of(id.uuid())).stream()
                        .map(Organization::id)
                        .findAny()
                : Optional.empty();
    }

    @Override
    public boolean has(String role, UUID organization) {
        return organizations.has(role, organization);
    }

    /** The organization of something that was found, so it is there for whoever found it. */
    public CompletableFuture<Organization> organization(Call call, UUID id) {
        return call.find("Organization", id, OrganizationRepository::byIds);
    }

    /** A person; null for one the caller shares no organization with any more. */
    public CompletableFuture<User> user(Call call, UUID id) {
        return call.find("User", id, UserRepository::byIds);
    }

    Map<UUID, Role> roles(Collection<UUID> ids, UUID user) {
        return members.listByUser(ids, user).stream().collect(toMap(Member::organizationId, Member::role));
    }

    Map<UUID, OrganizationUsage> usages(Set<UUID> ids) {
        return organizations.listUsages(ids).stream()
                .collect(toMap(OrganizationUsage::organizationId, Function.identity()));
    }

    /** Those the caller may see. */
    Connection<Organization> organizations(PageRequest page) {
        boolean up = page.isUp(true);
        String slug = page.start(BY_SLUG, up, "", AFTER_ALL_SLUGS).key();
        List<Organization> found =
                up ? organizations.listAfter(slug, page.limit()) : organizations.listBefore(slug, page.limit());
        return Connection.of(
                Connection.NOBODY,
                new PageQuery<>(page, Unfiltered.ALL),
                found,
                organization -> new Cursor(BY_SLUG, organization.slug(), organization.id()));
    }

    static Read<Map<UUID, Long>> organizationCounts(Collection<UUID> nobody, Unfiltered filter) {
        return OrganizationRepository.count(Connection.NOBODY);
    }

    static Read<Map<UUID, Connection<Member>>> members(Collection<UUID> ids, PageQuery<MemberFilter> query) {
        String role = query.filter().stored();
        return BY_JOINED_AT.pages(
                ids, query, Member::organizationId, (up, place) -> MemberRepository.page(up, place, role));
    }

    static Read<Map<UUID, Long>> memberCounts(Collection<UUID> ids, MemberFilter filter) {
        return MemberRepository.count(ids, filter.stored());
    }

    static Read<Map<UUID, Connection<AuditEntry>>> auditLog(Collection<UUID> ids, PageQuery<Unfiltered> query) {
        return BY_OCCURRED_AT.pages(ids, query, AuditEntry::organizationId, AuditRepository::page);
    }

    static Read<Map<UUID, Long>> auditCounts(Collection<UUID> ids, Unfiltered filter) {
        return AuditRepository.count(ids);
    }

    Map<UUID, List<Invitation>> invitations(Set<UUID> ids) {
        return Connection.lists(ids, invitations.listOpen(ids), Invitation::organizationId);
    }

    Map<UUID, List<ApiKey>> apiKeys(Set<UUID> ids) {
        return Connection.lists(ids, apiKeys.listByOrganizations(ids), ApiKey::organizationId);
    }

    /** @param role null for any */
    record MemberFilter(@Nullable Role role) {
        @Nullable
        String stored() {
            return role == null ? null : role.name().toLowerCase(Locale.ROOT);
        }
    }
}
