package dev.pulsegraph.organization;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.ingest.OrganizationFinder;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.Identified;
import dev.pulsegraph.paging.PageRequest;
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
    static final String BY_JOINED_AT = "member.joinedAt";
    static final String BY_OCCURRED_AT = "audit.occurredAt";
    private static final String ID_BEGINS =
            GlobalId.encode("Organization", new UUID(0, 0)).substring(0, "Organization".length());
    private static final UUID SMALLEST = new UUID(0, 0);
    private static final UUID LARGEST = new UUID(-1, -1);

    private final OrganizationRepository organizations;
    private final UserRepository users;
    private final MemberRepository members;
    private final InvitationRepository invitations;
    private final ApiKeyRepository apiKeys;
    private final AuditRepository audit;

    OrganizationLoader(
            OrganizationRepository organizations,
            UserRepository users,
            MemberRepository members,
            InvitationRepository invitations,
            ApiKeyRepository apiKeys,
            AuditRepository audit) {
        this.organizations = organizations;
        this.users = users;
        this.members = members;
        this.invitations = invitations;
        this.apiKeys = apiKeys;
        this.audit = audit;
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

    /** The organization of something that was found, so it is there for whoever found it. */
    public CompletableFuture<Organization> organization(Call call, UUID id) {
        return call.batch("organization", id, ids -> byId(organizations.listByIds(ids)));
    }

    /** A person; null for one the caller shares no organization with any more. */
    public CompletableFuture<User> user(Call call, UUID id) {
        return call.batch("user", id, ids -> byId(users.listByIds(ids)));
    }

    Map<UUID, Role> roles(Collection<UUID> ids, UUID user) {
        return members.listByUser(ids, user).stream().collect(toMap(Member::organizationId, Member::role));
    }

    Map<UUID, OrganizationUsage> usages(Set<UUID> ids) {
        return organizations.listUsages(ids).stream()
                .collect(toMap(OrganizationUsage::organizationId, Function.identity()));
    }

    Map<UUID, Connection<Member>> members(Collection<UUID> ids, MemberPage wanted) {
        PageRequest page = wanted.page();
        Cursor after = page.cursor();
        var rows = members.listPages(
                ids,
                wanted.role() == null ? null : wanted.role().name().toLowerCase(Locale.ROOT),
                after == null ? "-infinity" : after.instantKey("after"),
                after == null ? SMALLEST : after.id(),
                page.limit());
        return Connection.pages(
                ids,
                page,
                rows,
                Member::organizationId,
                member -> new Cursor(BY_JOINED_AT, member.joinedAt().toString(), member.id()));
    }

    Map<UUID, Connection<AuditEntry>> auditLog(Collection<UUID> ids, PageRequest page) {
        Cursor after = page.cursor();
        var rows = audit.listPages(
                ids,
                after == null ? "infinity" : after.instantKey("after"),
                after == null ? LARGEST : after.id(),
                page.limit());
        return Connection.pages(
                ids,
                page,
                rows,
                AuditEntry::organizationId,
                entry -> new Cursor(BY_OCCURRED_AT, entry.occurredAt().toString(), entry.id()));
    }

    Map<UUID, List<Invitation>> invitations(Set<UUID> ids) {
        return Connection.lists(ids, invitations.listOpen(ids), Invitation::organizationId);
    }

    Map<UUID, List<ApiKey>> apiKeys(Set<UUID> ids) {
        return Connection.lists(ids, apiKeys.listByOrganizations(ids), ApiKey::organizationId);
    }

    static <T extends Identified> Map<UUID, T> byId(Collection<T> rows) {
        return rows.stream().collect(toMap(Identified::id, Function.identity()));
    }

    record MemberPage(PageRequest page, @Nullable Role role) {}
}
