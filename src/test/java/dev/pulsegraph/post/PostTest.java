package dev.pulsegraph.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class PostTest {
    @Inject
    Fixtures fixtures;

    @Test
    void pages_go_through_all_posts_once_in_every_order_and_both_ways() {
        var team = fixtures.team();
        for (int i = 0; i < 11; i++) {
            // Equal titles and times, and drafts without a time: the id has to decide.
            Map<String, Object> fields = i % 3 == 0
                    ? Map.of("title", "same " + i / 4)
                    : Map.of("title", "same " + i / 4, "publishedAt", "2026-01-0" + (1 + i / 4) + "T00:00:00Z");
            team.post(fields);
        }
        for (String field : List.of("PUBLISHED_AT", "CREATED_AT", "TITLE")) {
            for (String direction : List.of("ASC", "DESC")) {
                String order = "{ field: " + field + ", direction: " + direction + " }";
                List<Object> all = new ArrayList<>(team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { posts(first: 50, orderBy: " + order
                                + ") { nodes { id } } } }")
                        .succeeded()
                        .list("organization.posts.nodes"));
                assertThat(all).hasSize(11).doesNotHaveDuplicates();
                assertThat(walk(team, order, "first: 3", "after", "endCursor", "hasNextPage"))
                        .isEqualTo(all);
                List<Object> backward = walk(team, order, "last: 3", "before", "startCursor", "hasPreviousPage");
                assertThat(backward).hasSize(11).containsExactlyInAnyOrderElementsOf(all);
                assertThat(backward.subList(0, 3)).isEqualTo(all.subList(8, 11));
            }
        }
    }

    private static List<Object> walk(
            Fixtures.Team team, String order, String size, String place, String cursorField, String moreField) {
        List<Object> seen = new ArrayList<>();
        String cursor = null;
        boolean more = true;
        while (more) {
            Answer page = team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug() + "\") { posts(" + size + ", orderBy: " + order
                            + (cursor == null ? "" : ", " + place + ": \"" + cursor + "\"")
                            + ") { nodes { id } pageInfo { " + cursorField + " " + moreField + " } } } }")
                    .succeeded();
            seen.addAll(page.list("organization.posts.nodes"));
            cursor = page.text("organization.posts.pageInfo." + cursorField);
            more = Boolean.parseBoolean(page.text("organization.posts.pageInfo." + moreField));
        }
        return seen;
    }
}
