package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class ApiKeyTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void a_key_that_reads_sees_what_a_viewer_sees_and_of_the_administration_only_itself() {
        var team = fixtures.team();
        team.post("A post");
        team.apiKey("WRITE");
        new Administration(team.asOwner())
                .invite(team, "soon@" + team.slug() + ".example", "VIEWER")
                .succeeded();
        for (String scope : List.of("READ", "WRITE")) {
            Answer answer = api.bearer(team.apiKey(scope)).ask(everything(team)).succeeded();
            assertThat(answer.text("viewer.apiKey.name")).isEqualTo("a key");
            assertThat(answer.at("viewer.user")).isNull();
            assertThat(answer.at("viewer.operator")).isEqualTo(false);
            assertThat(answer.list("viewer.organizations.nodes")).hasToString("[{slug=" + team.slug() + "}]");
            assertThat(answer.text("organization.posts.nodes.0.title")).isEqualTo("A post");
            assertThat(answer.list("organization.members.nodes")).hasSize(1);
            assertThat(answer.at("organization.viewerRole")).isNull();
            assertThat(answer.text("organization.usage.posts")).isEqualTo("1");
            assertThat(answer.list("organization.apiKeys")).hasSize(1);
            assertThat(answer.at("organization.apiKeys.0.id")).isEqualTo(answer.at("viewer.apiKey.id"));
            assertThat(answer.list("organization.auditLog.nodes")).isEmpty();
            assertThat(answer.list("organization.invitations")).isEmpty();
        }
    }

    @Test
    void a_key_that_only_ingests_reads_nothing_but_its_own_name() {
        var team = fixtures.team();
        String post = team.post("A post");
        var key = api.bearer(team.apiKey("INGEST"));
        Answer answer = key.ask(everything(team)).succeeded();
        assertThat(answer.text("viewer.apiKey.scopes")).isEqualTo("[INGEST]");
        assertThat(answer.list("viewer.organizations.nodes")).isEmpty();
        assertThat(answer.at("organization")).isNull();
        Answer nodes = key.ask(
                        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", Map.of("ids", List.of(team.id(), post)))
                .succeeded();
        assertThat(nodes.list("nodes")).containsOnlyNulls();
        new Administration(key).createPost(team, "Never").failed("NOT_FOUND");
    }

    @Test
    void only_a_key_that_writes_creates_posts_and_they_have_no_author() {
        var team = fixtures.team();
        new Administration(api.bearer(team.apiKey("READ")))
                .createPost(team, "Never")
                .failed("FORBIDDEN");
        new Administration(api.bearer(team.apiKey("READ", "INGEST")))
                .createPost(team, "Never")
                .failed("FORBIDDEN");
        Answer written = new Administration(api.bearer(team.apiKey("WRITE")))
                .createPost(team, "By a key")
                .succeeded();
        assertThat(written.at("createPost.post.author")).isNull();
        assertThat(superuser.texts(
                        "select title from posts_core p join organizations o on o.id = p.organization_id where slug = ?",
                        team.slug()))
                .containsExactly("By a key");
    }

    @Test
    void no_key_does_administration() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String member = team.join("member@" + team.slug() + ".example", "MEMBER");
        var administration = new Administration(api.bearer(team.apiKey("READ", "WRITE", "INGEST")));
        String key = owner.createApiKey(team, "READ").succeeded().text("createApiKey.apiKey.id");
        Map<String, Supplier<Answer>> tried = new LinkedHashMap<>();
        tried.put("changeMemberRole", () -> administration.changeRole(member, "ADMIN"));
        tried.put("changeMemberRole to OWNER", () -> administration.changeRole(member, "OWNER"));
        tried.put("changeMemberStatus", () -> administration.changeStatus(member, "SUSPENDED"));
        tried.put("removeMember", () -> administration.remove(member));
        tried.put("inviteMember", () -> administration.invite(team, "friend@example.com", "ADMIN"));
        tried.put("acceptInvitation", () -> administration.accept("pgi_whatever"));
        tried.put("createApiKey", () -> administration.createApiKey(team, "WRITE"));
        tried.put("updateOrganization", () -> administration.update(team, Map.of("name", "Taken over")));
        tried.put(
                "updateOrganization's tier",
                () -> administration.update(team, Map.of("subscriptionTier", "ENTERPRISE")));
        tried.put("deleteOrganization", () -> administration.delete(team));
        tried.put(
                "createOrganization",
                () -> administration
                        .as()
                        .ask(
                                "mutation { createOrganization(input: { name: \"A\", slug: \"by-a-key\" }) { organization { id } } }"));
        tried.put("system", () -> administration.as().ask("{ system { version } }"));
        tried.forEach(
                (name, attempt) -> assertThat(attempt.get().code()).as(name).isEqualTo("FORBIDDEN"));
        administration.revokeApiKey(key).failed("NOT_FOUND");
        String itself = administration.as().ask("{ viewer { apiKey { id } } }").text("viewer.apiKey.id");
        administration.revokeApiKey(itself).failed("FORBIDDEN");
        String invitation = owner.invite(team, "next@example.com", "VIEWER").text("inviteMember.invitation.id");
        administration.revokeInvitation(invitation).failed("NOT_FOUND");
    }

    @Test
    void a_key_opens_its_own_organization_only() {
        var team = fixtures.team();
        var other = fixtures.team();
        String post = other.post("Not yours");
        var key = new Administration(api.bearer(team.apiKey("WRITE")));
        assertThat(key.sees(other)).isNull();
        key.createPost(other, "Never").failed("NOT_FOUND");
        key.as()
                .ask("mutation ($id: ID!) { deletePost(input: { id: $id }) { deletedId } }", Map.of("id", post))
                .failed("NOT_FOUND");
    }

    @Test
    void an_expired_key_is_refused() {
        var team = fixtures.team();
        Answer created = team.asOwner()
                .ask(
                        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { expiresAt } } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "name",
                                        "short",
                                        "scopes",
                                        List.of("READ"),
                                        "expiresAt",
                                        "2999-01-01T00:00:00+01:00")))
                .succeeded();
        assertThat(created.text("createApiKey.apiKey.expiresAt")).isEqualTo("2998-12-31T23:00:00Z");
        var key = api.bearer(created.text("createApiKey.secret"));
        key.ask("{ viewer { operator } }").succeeded();
        superuser.execute(
                "update api_keys k set created_at = now() - interval '2 s', expires_at = now() - interval '1 ms' from organizations o where o.id = k.organization_id and o.slug = ?",
                team.slug());
        refused(key);
    }

    @Test
    void a_key_cannot_be_made_for_the_past_nor_for_nothing() {
        var team = fixtures.team();
        Answer past = team.asOwner()
                .ask(
                        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "name",
                                        "late",
                                        "scopes",
                                        List.of("READ"),
                                        "expiresAt",
                                        "2020-01-01T00:00:00Z")))
                .failed("BAD_USER_INPUT");
        assertThat(past.argument()).isEqualTo("expiresAt");
        Answer nothing = new Administration(team.asOwner()).createApiKey(team).failed("BAD_USER_INPUT");
        assertThat(nothing.argument()).isEqualTo("scopes");
        Answer twice = new Administration(team.asOwner())
                .createApiKey(team, "READ", "READ")
                .succeeded();
        assertThat(twice.text("createApiKey.apiKey.scopes")).isEqualTo("[READ]");
    }

    @Test
    void a_revoked_key_is_refused_from_the_next_request_on_and_for_good() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        Answer created = owner.createApiKey(team, "READ").succeeded();
        var key = api.bearer(created.text("createApiKey.secret"));
        key.ask("{ viewer { operator } }").succeeded();
        String id = created.text("createApiKey.apiKey.id");
        String revokedAt = owner.revokeApiKey(id).succeeded().text("revokeApiKey.apiKey.revokedAt");
        refused(key);
        assertThat(owner.revokeApiKey(id).succeeded().text("revokeApiKey.apiKey.revokedAt"))
                .isEqualTo(revokedAt);
        refused(key);
    }

    @Test
    void an_unknown_key_and_one_of_a_deleted_organization_are_refused() {
        refused(api.bearer("pgk_"));
        refused(api.bearer(Secret.create(Secret.API_KEY).text()));
        refused(api.bearer("pgk_" + "x".repeat(4000)));
        var team = fixtures.team();
        var key = api.bearer(team.apiKey("WRITE"));
        key.ask("{ viewer { operator } }").succeeded();
        new Administration(team.asOwner()).delete(team).succeeded();
        refused(key);
        // The token of an invitation is no key, however it is sent.
        var other = fixtures.team();
        notAToken(api.bearer(new Administration(other.asOwner())
                .invite(other, "a@example.com", "VIEWER")
                .text("inviteMember.token")));
    }

    @Test
    void the_secret_is_shown_once_and_only_its_hash_is_kept() {
        var team = fixtures.team();
        Answer created =
                new Administration(team.asOwner()).createApiKey(team, "READ").succeeded();
        String secret = created.text("createApiKey.secret");
        assertThat(secret).matches("pgk_[A-Za-z0-9_-]{43}");
        assertThat(created.text("createApiKey.apiKey.prefix")).isEqualTo(secret.substring(0, 10));
        String row = superuser.text(
                "select row_to_json(k)::text from api_keys k join organizations o on o.id = k.organization_id where o.slug = ?",
                team.slug());
        assertThat(row).doesNotContain(secret.substring(11)).contains(new Secret(secret).sha256());
        String shown = team.asOwner().ask(everything(team)).succeeded().text();
        assertThat(shown)
                .contains(secret.substring(0, 10))
                .doesNotContain(secret.substring(0, 11))
                .doesNotContain(new Secret(secret).sha256());
        assertThat(team.asOwner()
                        .ask("{ __type(name: \"ApiKey\") { fields { name } } }")
                        .text())
                .doesNotContain("ecret")
                .doesNotContain("sha");
    }

    @Test
    void two_keys_are_told_apart_by_their_prefixes() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String first = owner.createApiKey(team, "READ").text("createApiKey.apiKey.prefix");
        String second = owner.createApiKey(team, "READ").text("createApiKey.apiKey.prefix");
        assertThat(first).matches("pgk_[A-Za-z0-9_-]{6}").isNotEqualTo(second);
    }

    @Test
    void an_editor_neither_makes_nor_sees_nor_revokes_keys() {
        var team = fixtures.team();
        String key =
                new Administration(team.asOwner()).createApiKey(team, "READ").text("createApiKey.apiKey.id");
        var editor = new Administration(team.as("EDITOR"));
        editor.createApiKey(team, "READ").failed("FORBIDDEN");
        editor.revokeApiKey(key).failed("NOT_FOUND");
        assertThat(editor.as().ask(everything(team)).succeeded().list("organization.apiKeys"))
                .isEmpty();
    }

    private static void notAToken(Api.As invitation) {
        assertThat(invitation.ask("{ viewer { operator } }").status()).isEqualTo(401);
    }

    private static void refused(Api.As key) {
        Answer answer = key.ask("{ viewer { operator } }");
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.failed("UNAUTHENTICATED").message())
                .contains("API key")
                .endsWith(".");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    private static String everything(Fixtures.Team team) {
        return """
                { viewer { user { id } apiKey { id name scopes prefix } operator organizations { nodes { slug } } }
                  organization(slug: "%s") { viewerRole usage { posts } posts(first: 5) { nodes { title } } members { nodes { id } }
                    apiKeys { id prefix } auditLog { nodes { id before after } } invitations { id } } }""".formatted(team.slug());
    }
}
