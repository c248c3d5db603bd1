package dev.pulsegraph.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class PostLimitTest {
    private static final String CREATE = """
            mutation ($id: ID!) {
              createPost(input: { organization: $id, content: "a", platforms: [] }) {
                post { organization { usage { posts maxPosts } } }
              }
            }""";

    @Inject
    Fixtures fixtures;

    @Test
    void the_tier_free_has_room_for_1000_posts_and_no_more() {
        var team = fixtures.team().tier("FREE");
        String organization = Worlds.uuid(team.id());
        Worlds.executeAsSuperuser("insert into posts_core (organization_id, id) select '" + organization
                + "', gen_random_uuid() from generate_series(1, 999)");
        Answer last = team.asOwner().ask(CREATE, Map.of("id", team.id())).succeeded();
        assertThat(last.at("createPost.post.organization.usage.posts")).isEqualTo(1000);
        assertThat(last.at("createPost.post.organization.usage.maxPosts")).isEqualTo(1000);
        Answer refused = team.asOwner().ask(CREATE, Map.of("id", team.id())).failed("LIMIT_EXCEEDED");
        assertThat(refused.message()).isEqualTo("organization: its tier allows 1000 posts, and this would make 1001.");
        assertThat(refused.argument()).isEqualTo("organization");
        team.tier("PRO");
        team.asOwner().ask(CREATE, Map.of("id", team.id())).succeeded();
    }
}
