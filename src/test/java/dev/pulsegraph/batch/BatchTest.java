package dev.pulsegraph.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final BatchArgument WORDS = new BatchArgument("words", 3, "", "send them in several calls.");

    @Test
    void what_cannot_be_read_is_rejected_by_its_index() {
        Batch<String> batch = batch("one", "bad", "two", "worse");
        assertThat(batch.items()).containsExactly("one", "two");
        assertThat(batch.size()).isEqualTo(4);
        assertThat(batch.rejected())
                .containsExactly(
                        new Rejection(1, "BAD_WORD", "word: bad."), new Rejection(3, "BAD_USER_INPUT", "word: worse."));
    }

    @Test
    void what_is_refused_later_is_renumbered_and_all_are_in_the_order_of_the_batch() {
        BatchResult result = batch("bad", "one", "two", "bad", "three")
                .result(
                        1,
                        List.of(
                                new Rejection(2, "UNKNOWN", "word: three."),
                                new Rejection(0, "UNKNOWN", "word: one.")));
        assertThat(result.rejected().stream().map(Rejection::index)).containsExactly(0, 1, 3, 4);
        assertThat(result.rejected().get(3)).isEqualTo(new Rejection(4, "UNKNOWN", "word: three."));
        assertThat(result.written()).isEqualTo(1);
        assertThat(result.unchanged()).isZero();
    }

    @Test
    void items_that_were_neither_written_nor_refused_are_unchanged() {
        assertThat(batch("one", "bad", "two", "three").result(1, List.of(new Rejection(0, "UNKNOWN", "word: one."))))
                .extracting(BatchResult::written, BatchResult::unchanged)
                .containsExactly(1, 1);
        assertThat(Batch.of(List.of("one", "two")).result(0, List.of())).isEqualTo(new BatchResult(0, 2, List.of()));
    }

    @Test
    void a_list_may_have_as_many_as_are_allowed() {
        assertThat(WORDS.bounded(List.of(1, 2, 3))).hasSize(3);
        assertThatThrownBy(() -> WORDS.bounded(List.of(1, 2, 3, 4))).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
            assertThat(problem.argument()).isEqualTo("words");
            assertThat(problem.getMessage()).isEqualTo("words: 4 are more than 3; send them in several calls.");
        });
    }

    private static Batch<String> batch(String... words) {
        List<Map<String, @Nullable Object>> sent =
                List.of(words).stream().map(BatchTest::fields).toList();
        return Batch.read(sent, fields -> {
            String word = String.valueOf(fields.get("word"));
            if (word.equals("bad")) {
                throw new InvalidItem("BAD_WORD", "word: bad.");
            }
            if (word.equals("worse")) {
                throw Problem.badInput("word", "worse.");
            }
            return word;
        });
    }

    private static Map<String, @Nullable Object> fields(String word) {
        return Map.of("word", word);
    }
}
