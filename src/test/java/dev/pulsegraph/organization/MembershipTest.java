package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Tokens;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class MembershipTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Tokens tokens;

    @Test
    void the_last_owner_cannot_leave_be_removed_demoted_or_suspended() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String self = owner.memberId(team, team.owner());
        team.join("other@" + team.slug() + ".example", "ADMIN");
        for (Answer answer :
                List.of(owner.remove(self), owner.changeRole(self, "ADMIN"), owner.changeRole(self, "VIEWER"))) {
            assertThat(answer.failed("CONFLICT").message()).contains("last owner");
            assertThat(answer.argument()).isEqualTo("member");
        }
        for (String status : List.of("SUSPENDED", "INACTIVE")) {
            assertThat(owner.changeStatus(self, status).failed("CONFLICT").argument())
                    .isEqualTo("member");
        }
        assertThat(owners(team)).containsExactly(team.owner());
    }

    @Test
    void a_suspended_owner_does_not_count_as_one() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String second = team.join("second@" + team.slug() + ".example", "ADMIN");
        owner.changeRole(second, "OWNER", true).succeeded();
        owner.changeStatus(second, "SUSPENDED").succeeded();
        owner.remove(owner.memberId(team, team.owner())).failed("CONFLICT");
        // Handing ownership to somebody who is shut out would leave nobody who can use it.
        String third = team.join("third@" + team.slug() + ".example", "EDITOR");
        owner.changeStatus(third, "INACTIVE").succeeded();
        owner.changeRole(third, "OWNER").failed("CONFLICT");
        assertThat(owners(team)).containsExactly(team.owner());
    }

    @Test
    void a_transfer_makes_the_caller_an_admin_unless_they_keep_ownership() {
        var team = fixtures.team();
        String heir = "heir@" + team.slug() + ".example";
        String heirId = team.join(heir, "VIEWER");
        var owner = new Administration(team.asOwner());
        owner.changeRole(heirId, "OWNER", true).succeeded();
        assertThat(owners(team)).containsExactlyInAnyOrder(team.owner(), heir);

        owner.changeRole(heirId, "ADMIN").succeeded();
        owner.changeRole(heirId, "OWNER").succeeded();
        assertThat(owners(team)).containsExactly(heir);
        assertThat(role(team, team.owner())).isEqualTo("ADMIN");
        owner.changeRole(heirId, "ADMIN").failed("FORBIDDEN");
    }

    @Test
    void a_transfer_to_oneself_changes_nothing() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        owner.changeRole(owner.memberId(team, team.owner()), "OWNER").succeeded();
        assertThat(owners(team)).containsExactly(team.owner());
    }

    @Test
    void an_owner_leaves_once_there_is_another() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String self = owner.memberId(team, team.owner());
        String heir = "heir@" + team.slug() + ".example";
        owner.changeRole(team.join(heir, "EDITOR"), "OWNER", true).succeeded();
        owner.remove(self).succeeded();
        assertThat(owner.sees(team)).isNull();
        assertThat(owners(team)).containsExactly(heir);
    }

    @Test
    void an_admin_manages_everybody_below_owner_and_no_owner() {
        var team = fixtures.team();
        String admin = "admin@" + team.slug() + ".example";
        String adminId = team.join(admin, "ADMIN");
        String member = team.join("member@" + team.slug() + ".example", "MEMBER");
        var administration = new Administration(api.as(admin));
        String owner = administration.memberId(team, team.owner());
        for (Answer answer : List.of(
                administration.changeRole(owner, "ADMIN"),
                administration.changeStatus(owner, "SUSPENDED"),
                administration.remove(owner),
                administration.changeRole(member, "OWNER"),
                administration.changeRole(member, "OWNER", true),
                administration.changeRole(adminId, "OWNER"),
                administration.update(team, Map.of("subscriptionTier", "ENTERPRISE")),
                administration.delete(team))) {
            answer.failed("FORBIDDEN");
        }
        assertThat(owners(team)).containsExactly(team.owner());
        administration.changeRole(member, "EDITOR").succeeded();
        administration.changeRole(member, "ADMIN").succeeded();
        administration.changeStatus(member, "SUSPENDED").succeeded();
        administration.remove(member).succeeded();
    }

    @Test
    void those_below_admin_manage_nobody_but_may_leave() {
        var team = fixtures.team();
        String victim = team.join("victim@" + team.slug() + ".example", "VIEWER");
        for (String role : List.of("VIEWER", "MEMBER", "EDITOR")) {
            String email = team.member(role);
            var administration = new Administration(api.as(email));
            String self = administration.memberId(team, email);
            administration.changeRole(victim, "MEMBER").failed("FORBIDDEN");
            administration.changeRole(self, "ADMIN").failed("FORBIDDEN");
            administration.changeStatus(victim, "SUSPENDED").failed("FORBIDDEN");
            administration.remove(victim).failed("FORBIDDEN");
            administration.invite(team, "x@example.com", "VIEWER").failed("FORBIDDEN");
            administration.update(team, Map.of("name", "Mine")).failed("FORBIDDEN");
            administration.remove(self).succeeded();
            assertThat(administration.sees(team)).isNull();
        }
    }

    @Test
    void only_an_active_membership_opens_anything_and_it_opens_again_at_once() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "editor@" + team.slug() + ".example";
        String id = team.join(email, "EDITOR");
        var editor = new Administration(api.as(email));
        editor.createPost(team, "Before").succeeded();
        for (String status : List.of("SUSPENDED", "INACTIVE")) {
            owner.changeStatus(id, status).succeeded();
            assertThat(editor.sees(team)).isNull();
            editor.createPost(team, "Never").failed("NOT_FOUND");
            assertThat(api.as(email).ask("{ organizations { nodes { slug } } }").list("organizations.nodes"))
                    .isEmpty();
            owner.changeStatus(id, "ACTIVE").succeeded();
            assertThat(editor.sees(team)).isEqualTo(team.slug());
            editor.createPost(team, "Again").succeeded();
        }
        Answer pending = owner.changeStatus(id, "PENDING").failed("BAD_USER_INPUT");
        assertThat(pending.argument()).isEqualTo("status");
    }

    @Test
    void a_suspended_member_can_not_come_back_by_leaving_or_by_a_new_invitation() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "shut-out@" + team.slug() + ".example";
        String id = team.join(email, "MEMBER");
        owner.changeStatus(id, "SUSPENDED").succeeded();
        var member = new Administration(api.as(email));
        member.changeStatus(id, "ACTIVE").failed("NOT_FOUND");
        member.remove(id).failed("NOT_FOUND");
        String token = owner.invite(team, email, "MEMBER").succeeded().text("inviteMember.token");
        member.accept(token).failed("CONFLICT");
        assertThat(member.sees(team)).isNull();
    }

    @Test
    void an_admin_does_not_shut_themselves_out_by_mistake() {
        var team = fixtures.team();
        String email = "admin@" + team.slug() + ".example";
        String id = team.join(email, "ADMIN");
        var admin = new Administration(api.as(email));
        assertThat(admin.changeStatus(id, "SUSPENDED").failed("CONFLICT").message())
                .contains("removeMember");
        assertThat(admin.sees(team)).isEqualTo(team.slug());
    }

    @Test
    void nothing_of_another_organization_can_be_managed() {
        var team = fixtures.team();
        var stranger = new Administration(fixtures.team().asOwner());
        String member = team.join("member@" + team.slug() + ".example", "MEMBER");
        String invitation = new Administration(team.asOwner())
                .invite(team, "x@example.com", "VIEWER")
                .text("inviteMember.invitation.id");
        for (Answer answer : List.of(
                stranger.changeRole(member, "ADMIN"),
                stranger.changeRole(member, "OWNER"),
                stranger.changeStatus(member, "SUSPENDED"),
                stranger.remove(member),
                stranger.invite(team, "y@example.com", "ADMIN"),
                stranger.revokeInvitation(invitation),
                stranger.createApiKey(team, "WRITE"),
                stranger.update(team, Map.of("name", "Mine")),
                stranger.delete(team))) {
            answer.failed("NOT_FOUND");
        }
    }

    @Test
    void an_invitation_is_good_once() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "new@" + team.slug() + ".example";
        String token = owner.invite(team, email, "EDITOR").succeeded().text("inviteMember.token");
        var invited = new Administration(api.as(email));
        assertThat(invited.sees(team)).isNull();
        Answer accepted = invited.accept(token).succeeded();
        assertThat(accepted.text("acceptInvitation.member.role")).isEqualTo("EDITOR");
        assertThat(accepted.text("acceptInvitation.member.status")).isEqualTo("ACTIVE");
        assertThat(accepted.text("acceptInvitation.member.organization.slug")).isEqualTo(team.slug());
        assertThat(invited.accept(token).failed("CONFLICT").argument()).isEqualTo("token");
        // Not even for somebody who left in between.
        invited.remove(accepted.text("acceptInvitation.member.id")).succeeded();
        invited.accept(token).failed("CONFLICT");
        assertThat(invited.sees(team)).isNull();
    }

    @Test
    void an_expired_revoked_replaced_or_unknown_invitation_opens_nothing() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "new@" + team.slug() + ".example";
        var invited = new Administration(api.as(email));

        String replaced = owner.invite(team, email, "ADMIN").text("inviteMember.token");
        Answer second = owner.invite(team, email.toUpperCase(java.util.Locale.ROOT), "VIEWER")
                .succeeded();
        invited.accept(replaced).failed("NOT_FOUND");

        String revoked = second.text("inviteMember.token");
        String id = second.text("inviteMember.invitation.id");
        owner.revokeInvitation(id).succeeded();
        owner.revokeInvitation(id).failed("CONFLICT");
        invited.accept(revoked).failed("NOT_FOUND");

        String expired = owner.invite(team, email, "VIEWER").text("inviteMember.token");
        superuser.execute(
                "update organization_invitations i set expires_at = now() - interval '1 ms' from organizations o where o.id = i.organization_id and slug = ? and revoked_at is null",
                team.slug());
        assertThat(invited.accept(expired).failed("CONFLICT").message()).contains("expired");
        assertThat(openInvitations(team)).isZero();

        invited.accept("pgi_unknown").failed("NOT_FOUND");
        invited.accept("").failed("NOT_FOUND");
        assertThat(invited.sees(team)).isNull();
        // An expired invitation does not stand in the way of a new one.
        invited.accept(owner.invite(team, email, "VIEWER").text("inviteMember.token"))
                .succeeded();
    }

    @Test
    void an_invitation_to_another_address_is_refused_and_stays_open() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "Right@" + team.slug() + ".example";
        String token = owner.invite(team, email, "VIEWER").succeeded().text("inviteMember.token");
        Answer wrong = new Administration(api.as("wrong@" + team.slug() + ".example"))
                .accept(token)
                .failed("FORBIDDEN");
        assertThat(wrong.message()).doesNotContainIgnoringCase("right@");
        assertThat(openInvitations(team)).isOne();
        // Addresses are compared without regard to case.
        new Administration(api.as(email.toLowerCase(java.util.Locale.ROOT)))
                .accept(token)
                .succeeded();
    }

    @Test
    void whoever_has_no_address_in_their_token_may_use_an_invitation_they_hold() {
        var team = fixtures.team();
        String token = new Administration(team.asOwner())
                .invite(team, "somebody@example.com", "VIEWER")
                .text("inviteMember.token");
        var nameless =
                new Administration(api.bearer(tokens.issue(UUID.randomUUID(), null, null, false, Duration.ofHours(1))));
        nameless.accept(token).succeeded();
        assertThat(nameless.sees(team)).isEqualTo(team.slug());
    }

    @Test
    void nobody_is_invited_as_an_owner_or_without_an_address() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        assertThat(owner.invite(team, "a@example.com", "OWNER")
                        .failed("BAD_USER_INPUT")
                        .argument())
                .isEqualTo("role");
        for (String email : List.of("", "nobody", "a b@example.com", "a@", "@example.com", "a@b@c")) {
            assertThat(owner.invite(team, email, "VIEWER")
                            .failed("BAD_USER_INPUT")
                            .argument())
                    .as(email)
                    .isEqualTo("email");
        }
    }

    private List<String> owners(Fixtures.Team team) {
        return superuser.texts("""
                        select p.email from organization_members m join user_profiles p on p.id = m.user_id
                        join organizations o on o.id = m.organization_id
                        where o.slug = ? and m.role = 'owner' and m.status = 'active'""", team.slug()).stream().map(String::valueOf).toList();
    }

    private String role(Fixtures.Team team, String email) {
        return api.as(email)
                .ask("{ organization(slug: \"" + team.slug() + "\") { viewerRole } }")
                .text("organization.viewerRole");
    }

    private long openInvitations(Fixtures.Team team) {
        return team.asOwner()
                .ask("{ organization(slug: \"" + team.slug() + "\") { invitations { id } } }")
                .succeeded()
                .list("organization.invitations")
                .size();
    }
}
