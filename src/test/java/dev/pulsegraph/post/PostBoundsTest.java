package dev.pulsegraph.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a post may hold, at the edges: numbers, addresses, blanks, characters and years. */
@MicronautTest(transactional = false)
class PostBoundsTest {
    private static final long PIB = 1L << 50;
    private static final String BLANKS = "\t\n\u00a0\u2003\u3000\u202f ";

    @Inject
    Fixtures fixtures;

    @Test
    void measures_of_media_have_bounds() {
        var team = fixtures.team().tier("ENTERPRISE");
        refused(media(team, "sizeBytes", Long.MAX_VALUE), "sizeBytes");
        refused(media(team, "sizeBytes", PIB + 1), "sizeBytes");
        refused(media(team, "sizeBytes", -1), "sizeBytes");
        refused(media(team, "width", 1_000_001), "width");
        refused(media(team, "height", 0), "height");
        refused(media(team, "durationSeconds", 1e300), "durationSeconds");
        media(team, "sizeBytes", PIB).succeeded();
    }

    @Test
    void sums_that_pass_64_bits_stop_there_and_harm_no_other_answer() {
        var team = fixtures.team().tier("ENTERPRISE");
        media(team, "sizeBytes", PIB).succeeded();
        Worlds.executeAsSuperuser(
                "insert into media_files (organization_id, id, file_name, storage_url, file_type, size_bytes)"
                        + " select '" + Worlds.uuid(team.id())
                        + "', gen_random_uuid(), 'a', 'https://a.example', 'image', 1125899906842624 from generate_series(1, 8200)");
        String post = team.post("insights");
        Worlds.executeAsSuperuser("insert into post_insights (organization_id, post_id, platform, likes) select '"
                + Worlds.uuid(team.id()) + "', '" + Worlds.uuid(post)
                + "', p, 9223372036854775807 from unnest(array['a', 'b']) p");
        Answer answer = team.asOwner()
                .ask(
                        "query ($id: ID!) { organization(slug: \"" + team.slug()
                                + "\") { usage { storageBytes } } node(id: $id) { ... on Post { insights { likes } } } }",
                        Map.of("id", post))
                .succeeded();
        assertThat(Objects.requireNonNull((Number) answer.at("organization.usage.storageBytes"))
                        .longValue())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(Objects.requireNonNull((Number) answer.at("node.insights.likes"))
                        .longValue())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void addresses_are_of_the_web_and_hold_nothing_that_is_not_seen() {
        var team = fixtures.team();
        for (String bad : List.of(
                "javascript:alert(1)",
                "data:text/html,a",
                "//a.example",
                "a.example",
                "https://",
                "https:///path",
                "https://a.example/a b",
                "https://a.example/\r\nX: y",
                "https://a.example/\u0001",
                "https://a.example/\u00a0",
                "https://a.example/\u202e",
                " https://a.example",
                "https://a.example\n",
                "https://a.example/" + "a".repeat(2000))) {
            refused(create(team, Map.of("permalink", bad)), "permalink");
            refused(media(team, "thumbnailUrl", bad), "thumbnailUrl");
            refused(create(team, Map.of("media", List.of(Map.of("url", bad, "type", "IMAGE")))), "url");
        }
        create(team, Map.of("permalink", "HTTPS://a.example:8443/ü?a=b#c")).succeeded();
    }

    @Test
    void what_is_blank_by_unicode_is_blank() {
        var team = fixtures.team();
        refused(create(team, Map.of("title", BLANKS)), "title");
        refused(create(team, Map.of("content", "\t")), "content");
        refused(create(team, Map.of("hashtags", List.of("two\u3000words"))), "hashtags");
        create(team, Map.of("title", BLANKS + "x")).succeeded();
    }

    @Test
    void a_character_is_a_code_point() {
        var team = fixtures.team();
        String smile = "\ud83d\ude00";
        create(team, Map.of("title", smile.repeat(500))).succeeded();
        refused(create(team, Map.of("title", smile.repeat(501))), "title");
        assertThat(found(team, smile.repeat(200)).succeeded().list("organization.posts.nodes"))
                .hasSize(1);
        Answer refused = found(team, smile.repeat(201)).failed("BAD_USER_INPUT");
        assertThat(refused.message()).contains("1 to 200 characters, not 201.");
        Answer named = create(
                        team,
                        Map.of(
                                "media",
                                List.of(Map.of("url", "https://a.example/" + smile.repeat(300), "type", "IMAGE"))))
                .succeeded();
        assertThat(named.text("createPost.post.media.0.fileName")).isEqualTo(smile.repeat(255));
    }

    @Test
    void times_before_the_gregorian_calendar_are_kept_and_found() {
        var team = fixtures.team();
        for (String time : List.of("1500-03-01T00:00:00Z", "0001-01-01T00:00:00Z", "1582-10-04T12:30:00.000001Z")) {
            Answer made = create(team, Map.of("publishedAt", time, "scheduledAt", time))
                    .succeeded();
            assertThat(made.text("createPost.post.publishedAt")).isEqualTo(time);
            assertThat(made.text("createPost.post.scheduledAt")).isEqualTo(time);
            Answer found = team.asOwner()
                    .ask(
                            "query ($at: DateTime!) { organization(slug: \"" + team.slug()
                                    + "\") { posts(first: 1, filter: { publishedFrom: $at, publishedTo: \"1582-10-16T00:00:00Z\" }, orderBy: { field: PUBLISHED_AT, direction: ASC }) { nodes { publishedAt } edges { cursor } } } }",
                            Map.of("at", time))
                    .succeeded();
            assertThat(found.text("organization.posts.nodes.0.publishedAt")).isEqualTo(time);
        }
        create(team, Map.of("publishedAt", "+294277-01-01T00:00:00Z")).failed("BAD_USER_INPUT");
    }

    private static void refused(Answer answer, String argument) {
        assertThat(answer.failed("BAD_USER_INPUT").argument()).isEqualTo(argument);
    }

    private static Answer media(Fixtures.Team team, String field, Object value) {
        return create(
                team,
                Map.of("media", List.of(Map.of("url", "https://a.example/a.jpg", "type", "IMAGE", field, value))));
    }

    private static Answer create(Fixtures.Team team, Map<String, ?> fields) {
        Map<String, Object> input =
                new HashMap<>(Map.of("organization", team.id(), "content", "a", "platforms", List.of()));
        input.putAll(fields);
        return team.asOwner()
                .ask(
                        "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { publishedAt scheduledAt media { fileName } } } }",
                        Map.of("input", input));
    }

    private static Answer found(Fixtures.Team team, String text) {
        return team.asOwner()
                .ask(
                        "query ($text: String!) { organization(slug: \"" + team.slug()
                                + "\") { posts(filter: { text: $text }) { nodes { id } } } }",
                        Map.of("text", text));
    }
}
