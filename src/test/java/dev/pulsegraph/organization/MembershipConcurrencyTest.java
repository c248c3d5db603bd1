package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.security.Tokens;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class MembershipConcurrencyTest {
    private static final int ROUNDS = 30;

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Tokens tokens;

    @Test
    void one_invitation_makes_one_member_however_many_accept_it_at_once() {
        var team = fixtures.team();
        String email = "many@" + team.slug() + ".example";
        String token =
                new Administration(team.asOwner()).invite(team, email, "VIEWER").text("inviteMember.token");
        // Twenty people who all claim the invited address.
        List<Answer> answers = Concurrently.call(IntStream.range(0, 20).mapToObj(i -> {
            var person = new Administration(
                    api.bearer(tokens.issue(UUID.randomUUID(), "Number " + i, email, false, Duration.ofHours(1))));
            return () -> person.accept(token);
        }));
        assertThat(codes(answers)).containsOnlyOnce("OK").containsOnly("OK", "CONFLICT");
        assertThat(members(team)).isEqualTo(2);
    }

    @Test
    void the_same_person_accepting_many_times_at_once_is_one_member() {
        var team = fixtures.team();
        String email = "eager@" + team.slug() + ".example";
        String token =
                new Administration(team.asOwner()).invite(team, email, "VIEWER").text("inviteMember.token");
        Callable<Answer> accept = () -> new Administration(api.as(email)).accept(token);
        List<Answer> answers = Concurrently.call(IntStream.range(0, 10).mapToObj(i -> accept));
        assertThat(codes(answers)).containsOnlyOnce("OK").containsOnly("OK", "CONFLICT");
        assertThat(members(team)).isEqualTo(2);
    }

    @Test
    void one_address_invited_many_times_at_once_has_one_open_invitation() {
        var team = fixtures.team();
        for (int round = 0; round < 5; round++) {
            String email = "wanted-" + round + "@" + team.slug() + ".example";
            Callable<Answer> invite = () -> new Administration(team.asOwner()).invite(team, email, "VIEWER");
            List<Answer> answers = Concurrently.call(IntStream.range(0, 10).mapToObj(i -> invite));
            assertThat(codes(answers)).contains("OK").isSubsetOf("OK", "CONFLICT");
            answers.stream()
                    .filter(answer -> answer.code() != null)
                    .forEach(answer ->
                            assertThat(answer.argument()).as(answer.text()).isEqualTo("email"));
            assertThat(superuser.number(
                            "select count(*) from organization_invitations where email = ? and accepted_at is null and revoked_at is null",
                            email))
                    .isOne();
        }
    }

    @Test
    void two_owners_who_leave_at_the_same_moment_leave_one_behind() {
        var duel = new Duel();
        for (int round = 0; round < ROUNDS; round++) {
            List<Answer> answers = duel.fight((me, mine, yours) -> me.remove(mine));
            assertThat(codes(answers)).containsExactlyInAnyOrder("OK", "CONFLICT");
        }
    }

    @Test
    void two_owners_who_demote_each_other_at_the_same_moment_leave_one() {
        var duel = new Duel();
        for (int round = 0; round < ROUNDS; round++) {
            // Whoever comes so late that they are no owner any more is told so instead.
            assertThat(codes(duel.fight((me, mine, yours) -> me.changeRole(yours, "ADMIN"))))
                    .containsOnlyOnce("OK")
                    .isSubsetOf("OK", "CONFLICT", "FORBIDDEN");
        }
    }

    @Test
    void two_owners_who_remove_or_suspend_each_other_at_the_same_moment_leave_one() {
        var duel = new Duel();
        for (int round = 0; round < ROUNDS; round++) {
            boolean even = round % 2 == 0;
            assertThat(codes(duel.fight(
                            (me, mine, yours) -> even ? me.remove(yours) : me.changeStatus(yours, "SUSPENDED"))))
                    .containsOnlyOnce("OK")
                    .isSubsetOf("OK", "CONFLICT", "FORBIDDEN", "NOT_FOUND");
        }
    }

    @Test
    void two_owners_who_hand_over_to_each_other_leave_at_least_one() {
        var duel = new Duel();
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(codes(duel.fight((me, mine, yours) -> me.changeRole(yours, "OWNER"))))
                    .contains("OK")
                    .isSubsetOf("OK", "CONFLICT", "FORBIDDEN");
        }
    }

    @Test
    void role_changes_of_one_member_at_the_same_moment_come_one_after_another() {
        var team = fixtures.team();
        String member = team.join("busy@" + team.slug() + ".example", "VIEWER");
        List<String> roles = List.of("MEMBER", "EDITOR", "ADMIN", "MEMBER", "EDITOR", "ADMIN", "VIEWER", "MEMBER");
        List<Answer> answers = Concurrently.call(roles.stream()
                .map(role -> (Callable<Answer>) () -> new Administration(team.asOwner()).changeRole(member, role)));
        assertThat(codes(answers)).containsOnly("OK");
        String last = superuser.text("""
                select role from organization_members m join organizations o on o.id = m.organization_id
                where slug = ? and role <> 'owner'""", team.slug());
        List<String> changes =
                superuser.texts("""
                select (before ->> 'role') || '>' || (after ->> 'role') from audit_log a
                join organizations o on o.id = a.organization_id
                where o.slug = ? and subject_type = 'Member' and action = 'update' order by occurred_at""", team.slug()).stream().map(String::valueOf).toList();
        // Each entry begins where the one before ended; a change to the role it already was leaves none.
        String role = "viewer";
        List<String> chain = new ArrayList<>();
        for (String change : changes) {
            String next = change.substring(change.indexOf('>') + 1);
            chain.add(role + ">" + next);
            role = next;
        }
        assertThat(changes).isEqualTo(chain).hasSizeBetween(1, roles.size());
        assertThat(role).isEqualTo(last);
    }

    @Test
    void posts_created_at_the_same_moment_never_pass_the_limit() {
        var team = fixtures.team().tier("FREE");
        superuser.execute("""
                insert into posts_core (organization_id, id, title)
                select o.id, gen_random_uuid(), 'Number ' || n from organizations o, generate_series(1, 995) n where slug = ?""", team.slug());
        Callable<Answer> create = () -> new Administration(team.asOwner()).createPost(team, "One more");
        List<Answer> answers = Concurrently.call(IntStream.range(0, 16).mapToObj(i -> create));
        assertThat(codes(answers)).containsOnly("OK", "LIMIT_EXCEEDED");
        assertThat(codes(answers).stream().filter("OK"::equals)).hasSize(5);
        assertThat(superuser.number(
                        "select count(*) from posts_core p join organizations o on o.id = p.organization_id where slug = ?",
                        team.slug()))
                .isEqualTo(1000);
    }

    @Test
    void acceptances_at_the_same_moment_never_pass_the_seats() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        Map<String, String> tokensByEmail = new java.util.TreeMap<>();
        for (int i = 0; i < 12; i++) {
            String email = "guest-" + i + "@" + team.slug() + ".example";
            tokensByEmail.put(email, owner.invite(team, email, "VIEWER").text("inviteMember.token"));
        }
        team.tier("FREE");
        List<Answer> answers =
                Concurrently.call(tokensByEmail.entrySet().stream().map(entry ->
                        (Callable<Answer>) () -> new Administration(api.as(entry.getKey())).accept(entry.getValue())));
        assertThat(codes(answers)).containsOnly("OK", "LIMIT_EXCEEDED");
        assertThat(members(team)).isEqualTo(5);
    }

    @Test
    void one_slug_wanted_by_many_at_once_goes_to_one() {
        String slug = Fixtures.unique("wanted");
        List<Answer> answers = Concurrently.call(IntStream.range(0, 8)
                .mapToObj(i -> () -> api.as("founder-" + i + "@" + slug + ".example")
                        .ask(
                                "mutation ($slug: String!) { createOrganization(input: { name: \"A\", slug: $slug }) { organization { id } } }",
                                Map.of("slug", slug))));
        assertThat(codes(answers)).containsOnlyOnce("OK").containsOnly("OK", "CONFLICT");
    }

    private static List<String> codes(List<Answer> answers) {
        return answers.stream()
                .map(answer -> answer.code() == null ? "OK" : answer.code())
                .toList();
    }

    private long members(Fixtures.Team team) {
        return superuser.number(
                "select count(*) from organization_members m join organizations o on o.id = m.organization_id where slug = ?",
                team.slug());
    }

    /** Two owners who turn against each other; after each round both are owners again. */
    private final class Duel {
        private final Fixtures.Team team = fixtures.team();
        private final String rival = "rival@" + team.slug() + ".example";
        private final String rivalId = team.join(rival, "ADMIN");
        private final Administration first = new Administration(team.asOwner());
        private final Administration second = new Administration(api.as(rival));
        private final String firstId = first.memberId(team, team.owner());

        List<Answer> fight(Blow blow) {
            restore();
            List<Answer> answers = Concurrently.call(
                    Stream.of(() -> blow.strike(first, firstId, rivalId), () -> blow.strike(second, rivalId, firstId)));
            assertThat(superuser.number("""
                            select count(*) from organization_members m join organizations o on o.id = m.organization_id
                            where slug = ? and role = 'owner' and status = 'active'""", team.slug()))
                    .as("owners left after %s", codes(answers))
                    .isPositive();
            return answers;
        }

        private void restore() {
            insert(firstId, team.owner());
            insert(rivalId, rival);
        }

        private void insert(String id, String email) {
            superuser.execute("""
                    insert into organization_members (organization_id, id, user_id, role)
                    select o.id, ?, ?, 'owner' from organizations o where slug = ?
                    on conflict (organization_id, user_id) do update set role = 'owner', status = 'active'""", GlobalId.decode("id", id).uuid(), Demo.idOf(email), team.slug());
        }
    }

    private interface Blow {
        Answer strike(Administration me, String mine, String yours);
    }
}
