package dev.pulsegraph.support;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Makes what a test works on, through the API, with defaults: a test names only what matters to it. */
@Singleton
public class Fixtures {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Api api;

    Fixtures(Api api) {
        this.api = api;
    }

    /** A slug nobody has. */
    public static String unique(String prefix) {
        return prefix + "-" + NUMBER.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36);
    }

    /** A sample of a post as {@code recordMetrics} takes it. */
    public static Map<String, Object> sample(String metric, String post, String platform, double value, String at) {
        return Map.of(
                "metric",
                metric,
                "entityType",
                "POST",
                "entity",
                post,
                "platform",
                platform,
                "value",
                value,
                "recordedAt",
                at);
    }

    /** An organization of the tier PRO with an owner of its own. */
    public Team team() {
        String slug = unique("team");
        String owner = "owner@" + slug + ".example";
        Answer created = api.as(owner).ask("""
                        mutation ($slug: String!) { createOrganization(input: { name: "A team", slug: $slug }) { organization { id } } }""", Map.of("slug", slug)).succeeded();
        Team team = new Team(api, created.text("createOrganization.organization.id"), slug, owner);
        team.tier("PRO");
        return team;
    }

    /**
     * An organization and its people.
     *
     * @param id the global id
     * @param owner the e-mail of the owner
     */
    public record Team(Api api, String id, String slug, String owner) {

        public Api.As asOwner() {
            return api.as(owner);
        }

        public Team tier(String tier) {
            asOwner()
                    .ask(
                            "mutation ($id: ID!, $tier: SubscriptionTier) { updateOrganization(input: { id: $id, subscriptionTier: $tier }) { organization { id } } }",
                            Map.of("id", id, "tier", tier))
                    .succeeded();
            return this;
        }

        /** Somebody new with this role, invited and accepted; answers their e-mail. */
        public String member(String role) {
            String email = unique(role.toLowerCase(java.util.Locale.ROOT)) + "@" + slug + ".example";
            join(email, role);
            return email;
        }

        public Api.As as(String role) {
            return api.as(role.equals("OWNER") ? owner : member(role));
        }

        /** Invites and accepts; answers the global id of the membership. */
        public String join(String email, String role) {
            String token = asOwner()
                    .ask(
                            "mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { token } }",
                            Map.of("input", Map.of("organization", id, "email", email, "role", role)))
                    .succeeded()
                    .text("inviteMember.token");
            return api.as(email)
                    .ask(
                            "mutation ($token: String!) { acceptInvitation(input: { token: $token }) { member { id } } }",
                            Map.of("token", token))
                    .succeeded()
                    .text("acceptInvitation.member.id");
        }

        /** A new post; answers its global id. */
        public String post(String title) {
            return post(Map.of("title", title, "content", "About " + title, "platforms", List.of("instagram")));
        }

        public String post(Map<String, ?> fields) {
            Map<String, Object> input = new java.util.HashMap<>(fields);
            input.put("organization", id);
            input.putIfAbsent("content", "Some words.");
            input.putIfAbsent("platforms", List.of());
            return asOwner()
                    .ask(
                            "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }",
                            Map.of("input", input))
                    .succeeded()
                    .text("createPost.post.id");
        }

        /** Tells of events, each of which must be taken. */
        public void track(List<? extends Map<?, ?>> events) {
            Answer answer = asOwner()
                    .ask(
                            "mutation ($input: TrackEventsInput!) { trackEvents(input: $input) { rejected receipts { reason } } }",
                            Map.of("input", Map.of("organization", id, "events", events)))
                    .succeeded();
            assertThat(answer.at("trackEvents.rejected")).as(answer.text()).isEqualTo(0);
        }

        /** New posts; answers their global ids. */
        public List<String> posts(int count) {
            return IntStream.range(0, count).mapToObj(i -> post("post " + i)).toList();
        }

        /** The secret of a new API key. */
        public String apiKey(String... scopes) {
            return asOwner()
                    .ask(
                            "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }",
                            Map.of("input", Map.of("organization", id, "name", "a key", "scopes", List.of(scopes))))
                    .succeeded()
                    .text("createApiKey.secret");
        }
    }
}
