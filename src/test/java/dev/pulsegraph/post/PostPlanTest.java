package dev.pulsegraph.post;

import dev.pulsegraph.support.PlanTest;
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
                        page("listPublishedUp", time, PUBLISHED),
                        page("listPublishedDown", time, PUBLISHED),
                        page("listCreatedUp", time, CREATED),
                        page("listCreatedDown", time, CREATED),
                        page("listTitleUp", "'8'", TITLE),
                        page("listTitleDown", "'8'", TITLE))
                .flatMap(PlanTest::planned);
    }

    /** From the place that stands before all rows, so that the planner cannot tell it from any other page. */
    @TestFactory
    Stream<DynamicTest> the_first_page_walks_its_index_too() {
        return Stream.of(
                        page("listPublishedDown", "'infinity'", PUBLISHED),
                        page("listCreatedUp", "'-infinity'", CREATED),
                        page("listTitleUp", "''", TITLE),
                        page("listTitleDown", "repeat(U&'\\FFFF', 501)", TITLE))
                .flatMap(PlanTest::planned);
    }

    private static Statement page(String method, String key, String index) {
        return page(PostPageRepository.class, method, key, index);
    }
}
