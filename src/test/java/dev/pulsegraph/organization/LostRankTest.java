package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Who may come back, and by what; and what nobody comes back by. */
@MicronautTest(transactional = false)
class LostRankTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void a_member_who_was_made_inactive_comes_back_by_an_invitation_with_its_role() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "returning@" + team.slug() + ".example";
        String id = team.join(email, "EDITOR");
        owner.changeStatus(id, "INACTIVE").succeeded();
        Answer back = new Administration(api.as(email))
                .accept(token(owner, team, email, "MEMBER"))
                .succeeded();
        assertThat(back.text("acceptInvitation.member.id")).isEqualTo(id);
        assertThat(back.text("acceptInvitation.member.role")).isEqualTo("MEMBER");
        assertThat(back.text("acceptInvitation.member.status")).isEqualTo("ACTIVE");
        assertThat(new Administration(api.as(email)).sees(team)).isEqualTo(team.slug());
    }

    @Test
    void an_active_member_is_not_invited_and_takes_no_second_seat() {
        var team = fixtures.team().tier("FREE");
        var owner = new Administration(team.asOwner());
        String email = "here@" + team.slug() + ".example";
        team.join(email, "VIEWER");
        for (int i = 0; i < 5; i++) {
            Answer refused = owner.invite(team, email.toUpperCase(java.util.Locale.ROOT), "ADMIN")
                    .failed("CONFLICT");
            assertThat(refused.argument()).isEqualTo("email");
        }
        for (int i = 0; i < 3; i++) {
            owner.invite(team, "seat-" + i + "@" + team.slug() + ".example", "VIEWER")
                    .succeeded();
        }
    }

    @Test
    void whoever_loses_rank_comes_back_by_nothing_they_prepared() {
        List<BiConsumer<Administration, String>> losses = List.of(
                (owner, id) -> owner.remove(id).succeeded(),
                (owner, id) -> owner.changeStatus(id, "SUSPENDED").succeeded(),
                (owner, id) -> owner.changeStatus(id, "INACTIVE").succeeded(),
                (owner, id) -> owner.changeRole(id, "VIEWER").succeeded());
        for (BiConsumer<Administration, String> loss : losses) {
            var team = fixtures.team();
            var owner = new Administration(team.asOwner());
            String email = "admin@" + team.slug() + ".example";
            String id = team.join(email, "ADMIN");
            var admin = new Administration(api.as(email));
            admin.invite(team, email, "ADMIN").failed("CONFLICT");
            String other = token(admin, team, "other@" + team.slug() + ".example", "ADMIN");
            String secret = admin.createApiKey(team, "WRITE").succeeded().text("createApiKey.secret");
            String ingest = admin.createApiKey(team, "INGEST").succeeded().text("createApiKey.apiKey.id");
            String kept = token(owner, team, "kept@" + team.slug() + ".example", "ADMIN");
            loss.accept(owner, id);
            new Administration(api.as("other@" + team.slug() + ".example"))
                    .accept(other)
                    .failed("NOT_FOUND");
            assertThat(api.bearer(secret).ask("{ viewer { operator } }").status())
                    .isEqualTo(401);
            assertThat(owner.revokeApiKey(ingest).succeeded().text("revokeApiKey.apiKey.id"))
                    .isEqualTo(ingest);
            new Administration(api.as("kept@" + team.slug() + ".example"))
                    .accept(kept)
                    .succeeded();
        }
    }

    @Test
    void an_invitation_to_somebody_who_came_in_another_way_ends_with_their_membership() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "twice@" + team.slug() + ".example";
        String first = token(owner, team, email, "ADMIN");
        // The first invitation is replaced, so it is the second address that stays open.
        String token = token(owner, team, email, "EDITOR");
        var person = new Administration(api.as(email));
        person.accept(first).failed("NOT_FOUND");
        person.accept(token).succeeded();
        owner.remove(owner.memberId(team, email)).succeeded();
        person.accept(token).failed("CONFLICT");
        assertThat(person.sees(team)).isNull();
    }

    @Test
    void a_demotion_leaves_what_the_new_rank_may_do() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String email = "admin@" + team.slug() + ".example";
        String id = team.join(email, "ADMIN");
        var admin = new Administration(api.as(email));
        String secret = admin.createApiKey(team, "WRITE").succeeded().text("createApiKey.secret");
        String invited = "viewer@" + team.slug() + ".example";
        String token = token(admin, team, invited, "VIEWER");
        owner.changeRole(id, "EDITOR").succeeded();
        assertThat(api.bearer(secret).ask("{ viewer { operator } }").status()).isEqualTo(200);
        new Administration(api.as(invited)).accept(token).succeeded();
    }

    private static String token(Administration by, Fixtures.Team team, String email, String role) {
        return by.invite(team, email, role).succeeded().text("inviteMember.token");
    }
}
