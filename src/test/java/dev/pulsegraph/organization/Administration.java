package dev.pulsegraph.organization;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The mutations of administration, as somebody sends them. */
record Administration(Api.As as) {

    Answer changeRole(String member, String role) {
        return changeRole(member, role, false);
    }

    Answer changeRole(String member, String role, boolean keepOwnership) {
        return as.ask(
                "mutation ($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { member { id role } } }",
                Map.of("input", Map.of("member", member, "role", role, "keepOwnership", keepOwnership)));
    }

    Answer changeStatus(String member, String status) {
        return as.ask(
                "mutation ($input: ChangeMemberStatusInput!) { changeMemberStatus(input: $input) { member { id status } } }",
                Map.of("input", Map.of("member", member, "status", status)));
    }

    Answer remove(String member) {
        return as.ask(
                "mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { deletedId } }",
                Map.of("input", Map.of("member", member)));
    }

    Answer invite(Fixtures.Team team, String email, String role) {
        return as.ask(
                "mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { token invitation { id email role } } }",
                Map.of("input", Map.of("organization", team.id(), "email", email, "role", role)));
    }

    Answer revokeInvitation(String invitation) {
        return as.ask(
                "mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { invitation { id revokedAt } } }",
                Map.of("input", Map.of("invitation", invitation)));
    }

    Answer accept(String token) {
        return as.ask(
                "mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { member { id role status organization { slug } } } }",
                Map.of("input", Map.of("token", token)));
    }

    Answer createApiKey(Fixtures.Team team, String... scopes) {
        return as.ask(
                "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name prefix scopes expiresAt revokedAt lastUsedAt } } }",
                Map.of("input", Map.of("organization", team.id(), "name", "a key", "scopes", List.of(scopes))));
    }

    Answer revokeApiKey(String key) {
        return as.ask(
                "mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id revokedAt } } }",
                Map.of("input", Map.of("apiKey", key)));
    }

    Answer update(Fixtures.Team team, Map<String, ?> changes) {
        Map<String, Object> input = new java.util.HashMap<>(changes);
        input.put("id", team.id());
        return as.ask(
                "mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { organization { id name } } }",
                Map.of("input", input));
    }

    Answer delete(Fixtures.Team team) {
        return as.ask(
                "mutation ($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { deletedId } }",
                Map.of("input", Map.of("id", team.id(), "confirmSlug", team.slug())));
    }

    Answer createPost(Fixtures.Team team, String title) {
        return as.ask(
                "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id author { id } } } }",
                Map.of(
                        "input",
                        Map.of(
                                "organization",
                                team.id(),
                                "title",
                                title,
                                "content",
                                "Words.",
                                "platforms",
                                List.of())));
    }

    /** The slug, when the organization is there for this caller, else null. */
    @Nullable
    Object sees(Fixtures.Team team) {
        return as.ask("{ organization(slug: \"" + team.slug() + "\") { slug } }")
                .succeeded()
                .at("organization.slug");
    }

    /** The global id of somebody's membership. */
    String memberId(Fixtures.Team team, String email) {
        Answer answer = as.ask("{ organization(slug: \"" + team.slug()
                        + "\") { members(first: 200) { nodes { id user { email } } } } }")
                .succeeded();
        String nodes = "organization.members.nodes";
        return IntStream.range(0, answer.list(nodes).size())
                .filter(i -> answer.text(nodes + "." + i + ".user.email").equals(email))
                .mapToObj(i -> answer.text(nodes + "." + i + ".id"))
                .findFirst()
                .orElseThrow();
    }
}
