package dev.pulsegraph.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.Problem;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {
    private static final UUID ID = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final UUID LOWEST = new UUID(0, 0);
    private static final UUID HIGHEST = new UUID(-1, -1);

    @Test
    void a_size_is_what_is_asked_for_or_the_usual_one() {
        assertThat(PageRequest.size("first", null, 20, 200)).isEqualTo(20);
        assertThat(PageRequest.size("first", 1, 20, 200)).isEqualTo(1);
        assertThat(PageRequest.size("first", 200, 20, 200)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 201})
    void a_size_beyond_its_bounds_is_bad_input(int size) {
        assertThatThrownBy(() -> PageRequest.size("last", size, 20, 200))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.argument()).isEqualTo("last");
                    assertThat(problem.getMessage()).isEqualTo("last: " + size + " is not between 1 and 200.");
                });
    }

    @Test
    void a_page_before_a_cursor_is_read_the_other_way() {
        assertThat(forward(null).isUp(true)).isTrue();
        assertThat(forward(null).isUp(false)).isFalse();
        assertThat(backward(null).isUp(true)).isFalse();
        assertThat(backward(null).isUp(false)).isTrue();
    }

    @Test
    void without_a_cursor_reading_begins_at_the_edge_it_leaves() {
        assertThat(forward(null).start("list", true, "", "zz")).isEqualTo(new Cursor("list", "", LOWEST));
        assertThat(forward(null).start("list", false, "", "zz")).isEqualTo(new Cursor("list", "zz", HIGHEST));
        assertThat(forward(null).startInTime("list", true)).isEqualTo(new Cursor("list", "-infinity", LOWEST));
        assertThat(forward(null).startInTime("list", false)).isEqualTo(new Cursor("list", "infinity", HIGHEST));
    }

    @Test
    void reading_begins_at_the_cursor() {
        assertThat(forward("title").start("list", true, "", "zz")).isEqualTo(new Cursor("list", "title", ID));
        assertThat(backward("2026-01-01T00:00:00.000Z").startInTime("list", true))
                .isEqualTo(new Cursor("list", "2026-01-01T00:00:00Z", ID));
    }

    @Test
    void a_cursor_of_a_time_that_is_none_is_bad_input_of_its_argument() {
        assertThatThrownBy(() -> backward("yesterday").startInTime("list", true))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.argument()).isEqualTo("before"));
        assertThatThrownBy(() -> forward("yesterday").startInTime("list", true))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.argument()).isEqualTo("after"));
    }

    private static PageRequest forward(@Nullable String key) {
        return new PageRequest(10, false, cursor(key));
    }

    private static PageRequest backward(@Nullable String key) {
        return new PageRequest(10, true, cursor(key));
    }

    private static @Nullable Cursor cursor(@Nullable String key) {
        return key == null ? null : new Cursor("list", key, ID);
    }
}
