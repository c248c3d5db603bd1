package dev.pulsegraph.post;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.support.PlanTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PostPlanTest extends PlanTest {
    private static final String PUBLISHED = "posts_core_organization_id_published_at_idx";
    private static final String CREATED = "posts_core_organization_id_created_at_idx";
    private static final String TITLE = "posts_core_organization_id_title_idx";

    @TestFactory
    Stream<DynamicTest> a_page_walks_its_index() {
        String time = "'2026-02-01T00:00:00Z'";
        return Stream.of(
                        page(PostOrderField.PUBLISHED_AT, true, time, PUBLISHED),
                        page(PostOrderField.PUBLISHED_AT, false, time, PUBLISHED),
                        page(PostOrderField.CREATED_AT, true, time, CREATED),
                        page(PostOrderField.CREATED_AT, false, time, CREATED),
                        page(PostOrderField.TITLE, true, "'8'", TITLE),
                        page(PostOrderField.TITLE, false, "'8'", TITLE))
                .flatMap(Function.identity());
    }

    /** From the place that stands before all rows, so that the planner cannot tell it from any other page. */
    @TestFactory
    Stream<DynamicTest> the_first_page_walks_its_index_too() {
        return Stream.of(
                        page(PostOrderField.PUBLISHED_AT, false, "'infinity'", PUBLISHED),
                        page(PostOrderField.CREATED_AT, true, "'-infinity'", CREATED),
                        page(PostOrderField.TITLE, true, "''", TITLE),
                        page(PostOrderField.TITLE, false, "repeat(U&'\\FFFF', 501)", TITLE))
                .flatMap(Function.identity());
    }

    @TestFactory
    Stream<DynamicTest> newest_values_are_found_by_the_keys_of_posts() {
        Read<?> newest = PostRepository.newest(List.of(new Post(
                new UUID(0, 0),
                UUID.fromString(ORGANIZATION),
                null,
                null,
                PostStatus.PUBLISHED,
                List.of(),
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                null)));
        return planned(
                "newest",
                newest,
                Map.of("organizations", ORGANIZATIONS, "posts", "'{" + USER + "}'"),
                "posts_core_pkey",
                "(id = k.post_id)");
    }

    private static Stream<DynamicTest> page(PostOrderField field, boolean up, String key, String index) {
        return planned(
                field + (up ? " up from " : " down from ") + key,
                PostPageRepository.list(
                        new PostPageRepository.Walk(field, up, false, NewestValues.Part.VALUES_AND_TIMES),
                        List.of(UUID.fromString(ORGANIZATION)),
                        PostFilter.NONE,
                        new Cursor("", "", new UUID(0, 0)),
                        21),
                Map.of("organizations", ORGANIZATIONS, "key", key, "id", SMALLEST, "limit", "21"),
                index,
                "(ROW(");
    }
}
