package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(transactional = false)
class UsageTest {
    private static final long GIBIBYTE = 1L << 30;

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void it_equals_a_recount() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        team.join("a@" + team.slug() + ".example", "VIEWER");
        owner.changeStatus(team.join("b@" + team.slug() + ".example", "VIEWER"), "SUSPENDED")
                .succeeded();
        owner.changeStatus(team.join("c@" + team.slug() + ".example", "VIEWER"), "INACTIVE")
                .succeeded();
        owner.invite(team, "open@" + team.slug() + ".example", "VIEWER").succeeded();
        postWithMedia(team, List.of(Map.of("url", "https://cdn.example/a.jpg", "type", "IMAGE", "sizeBytes", 700)));
        postWithMedia(team, List.of(Map.of("url", "https://cdn.example/b.mp4", "type", "VIDEO", "sizeBytes", 11)));
        team.post("Plain");
        fixtures.team().post("Somebody else's");

        Answer usage = usage(team);
        assertThat(usage.text("organization.usage.members")).isEqualTo("3");
        assertThat(usage.text("organization.usage.posts")).isEqualTo("3");
        assertThat(usage.text("organization.usage.postsThisMonth")).isEqualTo("3");
        assertThat(usage.text("organization.usage.storageBytes")).isEqualTo("711");
        assertThat(usage.text("organization.usage.maxMembers")).isEqualTo("50");
        assertThat(usage.text("organization.usage.maxPosts")).isEqualTo("100000");
        assertThat(usage.text("organization.usage.maxStorageBytes")).isEqualTo(String.valueOf(100 * GIBIBYTE));
        assertThat(superuser.text("""
                        select (select count(*) from organization_members where organization_id = o.id and status <> 'inactive')
                          || ' ' || (select count(*) from posts_core where organization_id = o.id)
                          || ' ' || (select sum(size_bytes) from media_files where organization_id = o.id)
                        from organizations o where slug = ?""", team.slug())).isEqualTo("3 3 711");

        Answer unlimited = usage(team.tier("ENTERPRISE"));
        assertThat(unlimited.at("organization.usage.maxMembers")).isNull();
        assertThat(unlimited.at("organization.usage.maxPosts")).isNull();
        assertThat(unlimited.at("organization.usage.maxStorageBytes")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"})
    void the_month_begins_where_the_organization_is(String zone) {
        var team = fixtures.team();
        new Administration(team.asOwner())
                .update(team, Map.of("timeZone", zone))
                .succeeded();
        ZonedDateTime begin = YearMonth.now(ZoneId.of(zone)).atDay(1).atStartOfDay(ZoneId.of(zone));
        createdAt(team, "The last moment of the month before", begin.minusNanos(1_000));
        createdAt(team, "The first moment of this month", begin);
        createdAt(team, "A year ago", begin.minusYears(1).plusDays(3));
        Answer usage = usage(team);
        assertThat(usage.text("organization.usage.posts")).isEqualTo("3");
        assertThat(usage.text("organization.usage.postsThisMonth")).isEqualTo("1");
    }

    @Test
    void a_file_shown_by_two_posts_counts_once_and_until_the_last_of_them_goes() {
        var team = fixtures.team();
        String first = postWithMedia(
                team, List.of(Map.of("url", "https://cdn.example/shared.jpg", "type", "IMAGE", "sizeBytes", 1000)));
        String file = team.asOwner()
                .ask("query ($id: ID!) { node(id: $id) { ... on Post { media { id } } } }", Map.of("id", first))
                .text("node.media.0.id");
        String second = postWithMedia(team, List.of(Map.of("id", file)));
        assertThat(usage(team).text("organization.usage.storageBytes")).isEqualTo("1000");
        delete(team, first);
        assertThat(usage(team).text("organization.usage.storageBytes")).isEqualTo("1000");
        delete(team, second);
        assertThat(usage(team).text("organization.usage.storageBytes")).isEqualTo("0");
    }

    @Test
    void seats_end_at_the_limit_of_the_tier_and_open_invitations_hold_one() {
        var team = fixtures.team().tier("FREE");
        var owner = new Administration(team.asOwner());
        String leaving = "";
        for (int i = 0; i < 3; i++) {
            leaving = team.join("member-" + i + "@" + team.slug() + ".example", "VIEWER");
        }
        String invitation = owner.invite(team, "fifth@" + team.slug() + ".example", "VIEWER")
                .succeeded()
                .text("inviteMember.invitation.id");
        Answer refused = owner.invite(team, "sixth@" + team.slug() + ".example", "VIEWER")
                .failed("LIMIT_EXCEEDED");
        assertThat(refused.message()).contains("5 members");
        assertThat(refused.argument()).isEqualTo("organization");
        // The same address again replaces its invitation and takes no second seat.
        owner.invite(team, "fifth@" + team.slug() + ".example", "EDITOR").succeeded();
        owner.revokeInvitation(invitation).failed("CONFLICT");
        owner.changeStatus(leaving, "INACTIVE").succeeded();
        team.join("sixth@" + team.slug() + ".example", "VIEWER");
    }

    @Test
    void posts_end_at_the_limit_of_the_tier() {
        var team = fixtures.team().tier("FREE");
        superuser.execute("""
                insert into posts_core (organization_id, id, title)
                select o.id, gen_random_uuid(), 'Number ' || n from organizations o, generate_series(1, 999) n where slug = ?""", team.slug());
        var owner = new Administration(team.asOwner());
        String last = owner.createPost(team, "The thousandth").succeeded().text("createPost.post.id");
        assertThat(owner.createPost(team, "One too many")
                        .failed("LIMIT_EXCEEDED")
                        .message())
                .contains("1000 posts");
        assertThat(usage(team).text("organization.usage.posts")).isEqualTo("1000");
        delete(team, last);
        owner.createPost(team, "Fits again").succeeded();
    }

    @Test
    void storage_ends_at_the_limit_of_the_tier() {
        var team = fixtures.team().tier("FREE");
        postWithMedia(team, List.of(Map.of("url", "s3://bucket/film.mp4", "type", "VIDEO", "sizeBytes", GIBIBYTE)));
        Answer refused = post(team, List.of(Map.of("url", "s3://bucket/byte.jpg", "type", "IMAGE", "sizeBytes", 1)));
        assertThat(refused.failed("LIMIT_EXCEEDED").message()).contains(String.valueOf(GIBIBYTE));
        assertThat(usage(team).text("organization.usage.posts")).isEqualTo("1");
        postWithMedia(team, List.of(Map.of("url", "s3://bucket/empty.jpg", "type", "IMAGE")));
    }

    @Test
    void an_organization_over_its_limits_can_still_be_administered() {
        var team = fixtures.team();
        var owner = new Administration(team.asOwner());
        String somebody = "";
        for (int i = 0; i < 6; i++) {
            somebody = team.join("member-" + i + "@" + team.slug() + ".example", "VIEWER");
        }
        String inactive = team.join("inactive@" + team.slug() + ".example", "VIEWER");
        owner.changeStatus(inactive, "INACTIVE").succeeded();
        team.tier("FREE");
        owner.changeRole(somebody, "EDITOR").succeeded();
        owner.changeStatus(somebody, "SUSPENDED").succeeded();
        owner.changeStatus(somebody, "ACTIVE").succeeded();
        owner.update(team, Map.of("name", "Still ours")).succeeded();
        owner.createApiKey(team, "READ").succeeded();
        owner.createPost(team, "Still writing").succeeded();
        owner.invite(team, "one-more@" + team.slug() + ".example", "VIEWER").failed("LIMIT_EXCEEDED");
        owner.changeStatus(inactive, "ACTIVE").failed("LIMIT_EXCEEDED");
        owner.changeRole(inactive, "MEMBER").succeeded();
        owner.remove(somebody).succeeded();
        team.tier("PRO");
        owner.changeStatus(inactive, "ACTIVE").succeeded();
    }

    @Test
    void the_function_of_usage_tells_outsiders_nothing() {
        var team = fixtures.team();
        assertThat(fixtures.team()
                        .asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { usage { posts } } }")
                        .succeeded()
                        .at("organization"))
                .isNull();
        assertThat(superuser.number("select count(*) from get_organization_usage(?)", UUID.randomUUID()))
                .isZero();
    }

    @Test
    void the_function_of_permissions_climbs_the_ladder_of_roles() {
        var team = fixtures.team();
        List<String> ladder = List.of("viewer", "member", "editor", "admin", "owner");
        for (String has : ladder) {
            String email = has.equals("owner") ? team.owner() : team.member(has.toUpperCase(java.util.Locale.ROOT));
            for (String needs : ladder) {
                assertThat(hasPermission(team, email, needs))
                        .as("%s as %s", has, needs)
                        .isEqualTo(ladder.indexOf(has) >= ladder.indexOf(needs) ? "t" : "f");
            }
        }
        assertThat(hasPermission(team, "nobody@example.com", "viewer")).isEqualTo("f");
        assertThat(superuser.text(
                        "select user_has_org_permission(?, (select id from organizations where slug = ?))",
                        Demo.idOf(team.member("VIEWER")),
                        team.slug()))
                .isEqualTo("f");
    }

    @Test
    void a_role_that_does_not_exist_is_an_error_and_not_a_silent_no() {
        var team = fixtures.team();
        for (String role : List.of("superadmin", "Owner", "")) {
            for (String email : List.of(team.owner(), "nobody@example.com")) {
                assertThatThrownBy(() -> hasPermission(team, email, role))
                        .hasCauseInstanceOf(SQLException.class)
                        .hasMessageContaining("is not a role");
            }
        }
    }

    private String hasPermission(Fixtures.Team team, String email, String role) {
        return superuser.text(
                "select user_has_org_permission(?, (select id from organizations where slug = ?), ?)",
                Demo.idOf(email),
                team.slug(),
                role);
    }

    private void createdAt(Fixtures.Team team, String title, ZonedDateTime at) {
        team.post(title);
        superuser.execute(
                "update posts_core set created_at = ? where title = ? and organization_id = (select id from organizations where slug = ?)",
                at.toOffsetDateTime(),
                title,
                team.slug());
    }

    private static Answer usage(Fixtures.Team team) {
        return team.asOwner()
                .ask(
                        "{ organization(slug: \"%s\") { usage { members maxMembers posts maxPosts postsThisMonth storageBytes maxStorageBytes } } }"
                                .formatted(team.slug()))
                .succeeded();
    }

    private static Answer post(Fixtures.Team team, List<? extends Map<String, ?>> media) {
        return team.asOwner()
                .ask(
                        "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "content",
                                        "Words.",
                                        "platforms",
                                        List.of(),
                                        "media",
                                        media)));
    }

    private static String postWithMedia(Fixtures.Team team, List<? extends Map<String, ?>> media) {
        return post(team, media).succeeded().text("createPost.post.id");
    }

    private static void delete(Fixtures.Team team, String post) {
        team.asOwner()
                .ask("mutation ($id: ID!) { deletePost(input: { id: $id }) { deletedId } }", Map.of("id", post))
                .succeeded();
    }
}
