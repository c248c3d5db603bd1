package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be made for nothing, and would be made without end. */
@MicronautTest(transactional = false)
class RowLimitsTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void one_person_owns_so_many_organizations() {
        String owner = Fixtures.unique("collector") + "@team.example";
        for (int i = 0; i < limit("ownerships") - 1; i++) {
            createOrganization(owner).succeeded();
        }
        List<Answer> last = Concurrently.call(
                Stream.<Callable<Answer>>of(() -> createOrganization(owner), () -> createOrganization(owner)));
        assertThat(last).filteredOn(answer -> answer.errors().isEmpty()).hasSize(1);
        Answer refused = createOrganization(owner).failed("LIMIT_EXCEEDED");
        assertThat(refused.message()).contains("owns at most " + limit("ownerships") + " organizations");

        // What is handed to them, too.
        var team = fixtures.team();
        String membership = team.join(owner, "VIEWER");
        team.asOwner()
                .ask(
                        "mutation ($m: ID!) { changeMemberRole(input: { member: $m, role: OWNER }) { member { role } } }",
                        Map.of("m", membership))
                .failed("LIMIT_EXCEEDED");

        String one = api.as(owner)
                .ask("{ viewer { organizations(first: 1) { nodes { id slug } } } }")
                .succeeded()
                .text("viewer.organizations.nodes.0.slug");
        superuser.execute("delete from organizations where slug = ?", one);
        createOrganization(owner).succeeded();
    }

    @Test
    void an_organization_has_so_many_keys_and_remembers_so_many_that_ended() {
        var team = fixtures.team();
        UUID organization = UUID.fromString(Worlds.uuid(team.id()));
        plantKeys(organization, limit("api_keys"), "null", "null");
        Answer refused = createKey(team).failed("LIMIT_EXCEEDED");
        assertThat(refused.argument()).isEqualTo("organization");
        assertThat(refused.message()).contains(limit("api_keys") + " keys that are neither revoked nor expired");

        superuser.execute("update api_keys set revoked_at = now() where organization_id = ?", organization);
        plantKeys(organization, 30, "now() - interval '1 day'", "null");
        plantKeys(organization, 30, "null", "now() - interval '1 hour'");
        createKey(team).succeeded();
        assertThat(superuser.number(
                        "select count(*) from api_keys where organization_id = ? and least(revoked_at, expires_at) <= now()",
                        organization))
                .isEqualTo(limit("past_api_keys"));
        assertThat(superuser.number(
                        "select count(*) from api_keys where organization_id = ? and revoked_at < now() - interval '1 hour'",
                        organization))
                .as("those that ended first are forgotten")
                .isZero();
        assertThat(team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { apiKeys { revokedAt } } }")
                        .succeeded()
                        .list("organization.apiKeys"))
                .hasSize(limit("past_api_keys") + 1);
    }

    @Test
    void an_organization_has_so_many_open_invitations() {
        var team = fixtures.team().tier("ENTERPRISE");
        UUID organization = UUID.fromString(Worlds.uuid(team.id()));
        superuser.execute("""
                insert into organization_invitations (organization_id, id, email, role, token_sha256)
                select ?, gen_random_uuid(), 'guest' || n || '@team.example', 'viewer', sha256(gen_random_uuid()::text::bytea)
                from generate_series(1, ?) n""", organization, limit("invitations"));
        var administration = new Administration(team.asOwner());
        Answer refused =
                administration.invite(team, "one-more@team.example", "VIEWER").failed("LIMIT_EXCEEDED");
        assertThat(refused.message()).contains(limit("invitations") + " open invitations");
        administration.invite(team, "guest7@team.example", "EDITOR").succeeded();
        superuser.execute(
                "update organization_invitations set expires_at = now() where organization_id = ? and email = 'guest8@team.example'",
                organization);
        administration.invite(team, "one-more@team.example", "VIEWER").succeeded();
    }

    private Answer createOrganization(String owner) {
        return api.as(owner)
                .ask(
                        "mutation ($slug: String!) { createOrganization(input: { name: \"One of many\", slug: $slug }) { organization { id } } }",
                        Map.of("slug", Fixtures.unique("one-of-many")));
    }

    private static Answer createKey(Fixtures.Team team) {
        return team.asOwner()
                .ask(
                        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }",
                        Map.of("input", Map.of("organization", team.id(), "name", "a key", "scopes", List.of("READ"))));
    }

    private void plantKeys(UUID organization, int count, String revokedAt, String expiresAt) {
        superuser.execute("""
                insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes, created_at, revoked_at, expires_at)
                select ?, gen_random_uuid(), 'planted', 'pgk_', sha256(gen_random_uuid()::text::bytea), '{read}', now() - interval '9 days',
                  %s, %s
                from generate_series(1, ?) n""".formatted(revokedAt, expiresAt), organization, count);
    }

    private int limit(String kind) {
        return Math.toIntExact(superuser.number("select app.row_limit(?)", kind));
    }
}
