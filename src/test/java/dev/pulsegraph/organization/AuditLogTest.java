package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class AuditLogTest {
    private static final String ENTRIES =
            "{ organization(slug: \"%s\") { id auditLog(first: 200) { nodes { actorLabel actor { email } action subjectType subjectId before after occurredAt } } } }";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void every_administrative_change_leaves_its_entries_and_no_others() {
        String slug = Fixtures.unique("audited");
        var team = new Fixtures.Team(
                api,
                api.as("owner@" + slug + ".example")
                        .ask(
                                "mutation ($slug: String!) { createOrganization(input: { name: \"A\", slug: $slug }) { organization { id } } }",
                                Map.of("slug", slug))
                        .succeeded()
                        .text("createOrganization.organization.id"),
                slug,
                "owner@" + slug + ".example");
        UUID id = idOf(team);
        var owner = new Administration(team.asOwner());
        assertThat(entries(id)).containsExactlyInAnyOrder("create Organization", "create Member");

        leaves(id, () -> owner.update(team, Map.of("name", "Renamed")), "update Organization");
        leaves(id, () -> owner.update(team, Map.of("subscriptionTier", "PRO")), "update Organization");
        leaves(id, () -> owner.update(team, Map.of("name", "Renamed")));

        String email = "member@" + slug + ".example";
        leaves(id, () -> owner.invite(team, email, "EDITOR"), "create Invitation");
        Answer invited =
                leaves(id, () -> owner.invite(team, email, "EDITOR"), "update Invitation", "create Invitation");
        var member = new Administration(api.as(email));
        Answer accepted = leaves(
                id, () -> member.accept(invited.text("inviteMember.token")), "create Member", "update Invitation");
        String memberId = accepted.text("acceptInvitation.member.id");
        leaves(id, () -> owner.changeRole(memberId, "ADMIN"), "update Member");
        leaves(id, () -> owner.changeRole(memberId, "OWNER"), "update Member", "update Member");
        leaves(id, () -> member.changeStatus(owner.memberId(team, team.owner()), "SUSPENDED"), "update Member");
        leaves(id, () -> member.changeStatus(member.memberId(team, team.owner()), "ACTIVE"), "update Member");
        leaves(id, () -> owner.remove(owner.memberId(team, team.owner())), "delete Member");

        Answer key = leaves(id, () -> member.createApiKey(team, "READ"), "create ApiKey");
        leaves(id, () -> member.revokeApiKey(key.text("createApiKey.apiKey.id")), "update ApiKey");
        leaves(id, () -> member.revokeApiKey(key.text("createApiKey.apiKey.id")));
        Answer other = leaves(id, () -> member.invite(team, "x@example.com", "VIEWER"), "create Invitation");
        leaves(id, () -> member.revokeInvitation(other.text("inviteMember.invitation.id")), "update Invitation");
        leaves(id, () -> member.createPost(team, "No administration"));
        // Everything that goes with the organization is told: its member, its key and the three invitations.
        leaves(
                id,
                () -> member.delete(team),
                "delete Organization",
                "delete Member",
                "delete ApiKey",
                "delete Invitation",
                "delete Invitation",
                "delete Invitation");
    }

    @Test
    void an_entry_says_who_changed_what_from_what_to_what() {
        var team = fixtures.team();
        String admin = "admin@" + team.slug() + ".example";
        team.join(admin, "ADMIN");
        String member = team.join("member@" + team.slug() + ".example", "VIEWER");
        new Administration(api.as(admin)).changeRole(member, "EDITOR").succeeded();
        Answer log = team.asOwner().ask(ENTRIES.formatted(team.slug())).succeeded();
        String newest = "organization.auditLog.nodes.0.";
        assertThat(log.text(newest + "actorLabel")).isEqualTo(admin);
        assertThat(log.text(newest + "actor.email")).isEqualTo(admin);
        assertThat(log.text(newest + "action")).isEqualTo("UPDATE");
        assertThat(log.text(newest + "subjectType")).isEqualTo("Member");
        assertThat(log.text(newest + "subjectId")).isEqualTo(member);
        assertThat(log.text(newest + "before.role")).isEqualTo("viewer");
        assertThat(log.text(newest + "after.role")).isEqualTo("editor");
        assertThat(log.text(newest + "after.user_id"))
                .isEqualTo(Demo.idOf("member@" + team.slug() + ".example").toString());
        int last = log.list("organization.auditLog.nodes").size() - 1;
        assertThat(log.at("organization.auditLog.nodes." + last + ".before")).isNull();
        List<String> times = log.list("organization.auditLog.nodes").stream()
                .map(entry -> String.valueOf(((Map<?, ?>) entry).get("occurredAt")))
                .toList();
        assertThat(times.stream().map(java.time.Instant::parse).toList())
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void a_change_that_fails_leaves_no_entry() {
        var team = fixtures.team();
        UUID id = idOf(team);
        String member = team.join("member@" + team.slug() + ".example", "VIEWER");
        long before = entries(id).size();
        var owner = new Administration(team.asOwner());
        owner.remove(owner.memberId(team, team.owner())).failed("CONFLICT");
        owner.invite(team, "no address", "VIEWER").failed("BAD_USER_INPUT");
        new Administration(api.as("member@" + team.slug() + ".example"))
                .changeRole(member, "ADMIN")
                .failed("FORBIDDEN");
        // What succeeded before another part of the same mutation failed is undone, and so is its entry.
        team.asOwner().ask("""
                        mutation ($org: ID!, $member: ID!) {
                          rename: updateOrganization(input: { id: $org, name: "Undone" }) { organization { id } }
                          key: createApiKey(input: { organization: $org, name: "undone", scopes: [READ] }) { secret }
                          fails: changeMemberStatus(input: { member: $member, status: PENDING }) { member { id } } }""", Map.of("org", team.id(), "member", member)).failed("BAD_USER_INPUT");
        assertThat(entries(id)).hasSize((int) before);
    }

    @Test
    void only_administrators_read_it() {
        var team = fixtures.team();
        String entry = "{ organization(slug: \"" + team.slug() + "\") { auditLog { nodes { id } } } }";
        String id = team.asOwner().ask(entry).succeeded().text("organization.auditLog.nodes.0.id");
        for (String role : List.of("VIEWER", "MEMBER", "EDITOR")) {
            Api.As somebody = team.as(role);
            assertThat(somebody.ask(entry).succeeded().list("organization.auditLog.nodes"))
                    .as(role)
                    .isEmpty();
            assertThat(somebody.ask("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", id))
                            .succeeded()
                            .at("node"))
                    .isNull();
        }
        assertThat(team.as("ADMIN").ask(entry).succeeded().list("organization.auditLog.nodes"))
                .isNotEmpty();
        assertThat(fixtures.team()
                        .asOwner()
                        .ask("query ($id: ID!) { node(id: $id) { id } }", Map.of("id", id))
                        .succeeded()
                        .at("node"))
                .isNull();
    }

    @Test
    void no_secret_and_no_hash_of_one_gets_into_it() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        Answer key = owner.createApiKey(team, "WRITE").succeeded();
        String secret = key.text("createApiKey.secret");
        owner.revokeApiKey(key.text("createApiKey.apiKey.id")).succeeded();
        String email = "a@" + team.slug() + ".example";
        String token = owner.invite(team, email, "VIEWER").text("inviteMember.token");
        new Administration(api.as(email)).accept(token).succeeded();
        String log = String.join(
                "\n",
                superuser.texts("select a::text from audit_log a where organization_id = ?", idOf(team)).stream()
                        .map(String::valueOf)
                        .toList());
        assertThat(log)
                .contains("ApiKey", "Invitation", secret.substring(0, 10))
                .doesNotContain(
                        secret.substring(4),
                        new Secret(secret).sha256(),
                        token.substring(4),
                        new Secret(token).sha256())
                .doesNotContain("sha256");
    }

    @Test
    void it_outlives_its_organization_for_the_operator_of_the_database() {
        var team = fixtures.team();
        UUID id = idOf(team);
        new Administration(team.asOwner()).delete(team).succeeded();
        assertThat(superuser.texts(
                        "select before ->> 'slug' from audit_log where organization_id = ? and action = 'delete' and subject_type = 'Organization'",
                        id))
                .containsExactly(team.slug());
        assertThat(superuser.number("select count(*) from organizations where id = ?", id))
                .isZero();
    }

    @Test
    void whoever_left_is_still_named() {
        var team = fixtures.team();
        String email = "admin@" + team.slug() + ".example";
        String member = team.join(email, "ADMIN");
        new Administration(api.as(email))
                .update(team, Map.of("name", "By one who left"))
                .succeeded();
        new Administration(api.as(email)).remove(member).succeeded();
        Answer log = team.asOwner().ask(ENTRIES.formatted(team.slug())).succeeded();
        assertThat(log.text("organization.auditLog.nodes.0.action")).isEqualTo("DELETE");
        assertThat(log.text("organization.auditLog.nodes.1.actorLabel")).isEqualTo(email);
        assertThat(log.at("organization.auditLog.nodes.1.actor")).isNull();
    }

    /** Does something that must succeed and checks which entries it left, in any order. */
    private Answer leaves(UUID id, Supplier<Answer> change, String... expected) {
        List<String> before = entries(id);
        Answer answer = change.get().succeeded();
        List<String> after = entries(id);
        assertThat(after.subList(before.size(), after.size()))
                .as("entries after %s", answer.text())
                .containsExactlyInAnyOrder(expected);
        return answer;
    }

    private List<String> entries(UUID id) {
        return superuser
                .texts(
                        "select action || ' ' || subject_type from audit_log where organization_id = ? order by occurred_at",
                        id)
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private UUID idOf(Fixtures.Team team) {
        return UUID.fromString(superuser.text("select id from organizations where slug = ?", team.slug()));
    }
}
