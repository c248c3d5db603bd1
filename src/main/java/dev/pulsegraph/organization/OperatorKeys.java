package dev.pulsegraph.organization;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * API keys as the operator of the installation manages them, by slug and without a token. Everything is done in the name of the
 * organization's longest-standing owner, whom the audit log names.
 */
@Singleton
public class OperatorKeys {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final OrganizationRepository organizations;
    private final MemberRepository members;
    private final ApiKeyRepository apiKeys;
    private final OrganizationService service;
    private final OperationTransaction transaction;

    OperatorKeys(
            OrganizationRepository organizations,
            MemberRepository members,
            ApiKeyRepository apiKeys,
            OrganizationService service,
            OperationTransaction transaction) {
        this.organizations = organizations;
        this.members = members;
        this.apiKeys = apiKeys;
        this.service = service;
        this.transaction = transaction;
    }

    /**
     * Makes a key and answers its secret, which is kept nowhere.
     *
     * @param expiresAt null for a key that does not expire
     */
    public String create(String slug, String name, List<ApiKeyScope> scopes, @Nullable Instant expiresAt) {
        Tenant tenant = tenant(slug);
        return transaction.write(
                tenant.owner(),
                caller -> service.createApiKey(caller, tenant.organization(), name, scopes, expiresAt)
                        .secret(),
                created -> true);
    }

    /** The keys of an organization, newest first. */
    public List<ApiKey> list(String slug) {
        Tenant tenant = tenant(slug);
        return transaction.read(tenant.owner(), caller -> apiKeys.listByOrganizations(List.of(tenant.organization())));
    }

    /**
     * Revokes a key; one that was revoked stays so.
     *
     * @param key its id, or the beginning of its secret as {@link #list} shows it
     */
    public ApiKey revoke(String slug, String key) {
        List<ApiKey> named = list(slug).stream()
                .filter(known ->
                        known.id().toString().equals(key) || known.prefix().equals(key))
                .toList();
        if (named.size() != 1) {
            throw Problem.of(
                    ErrorCode.NOT_FOUND,
                    "key",
                    (named.isEmpty() ? "there is none" : "there is more than one") + " of the organization `" + slug
                            + "` called `" + Problem.shown(key) + "`; `key list` shows them.");
        }
        Tenant tenant = tenant(slug);
        return transaction.write(
                tenant.owner(), caller -> service.revokeApiKey(named.getFirst().id()), revoked -> true);
    }

    private Tenant tenant(String slug) {
        return transaction.asWorker(TIMEOUT, () -> {
            UUID organization = organizations
                    .findBySlug(slug)
                    .orElseThrow(() -> Problem.of(
                            ErrorCode.NOT_FOUND,
                            "organization",
                            "there is none of the slug `" + Problem.shown(slug) + "`."))
                    .id();
            UUID owner = members.findLongestStandingOwner(organization)
                    .orElseThrow(() -> Problem.of(
                            ErrorCode.CONFLICT, "organization", "`" + slug + "` has no active owner to act for."));
            return new Tenant(organization, new Credentials.Token(owner, null, null, false));
        });
    }

    private record Tenant(UUID organization, Credentials.Token owner) {}
}
