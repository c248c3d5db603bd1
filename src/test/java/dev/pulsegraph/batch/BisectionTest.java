package dev.pulsegraph.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BisectionTest {
    private final Bisection bisection =
            new Bisection(failure -> failure instanceof Problem problem ? Optional.of(problem) : Optional.empty());

    @Test
    void all_are_written_together_where_none_is_at_fault() {
        var work = new RecordedWork("good", "good", "good");
        bisection.write(3, work);
        assertThat(work.transactions).containsExactly("0-3");
        assertThat(work.written).containsExactly(0, 1, 2);
    }

    @Test
    void what_is_at_fault_is_found_by_halves_and_the_others_are_written_in_order() {
        var work = new RecordedWork("good", "good", "good", "bad", "good", "good", "good", "good");
        bisection.write(8, work);
        assertThat(work.transactions).containsExactly("0-8", "0-4", "0-2", "2-4", "2-3", "3-4", "4-8");
        assertThat(work.written).containsExactly(0, 1, 2, 4, 5, 6, 7);
        assertThat(work.rejected).containsExactly(3);
        assertThat(work.failed).isEmpty();
    }

    @Test
    void every_item_may_be_at_fault() {
        var work = new RecordedWork("bad", "bad", "bad");
        bisection.write(3, work);
        assertThat(work.written).isEmpty();
        assertThat(work.rejected).containsExactly(0, 1, 2);
    }

    @Test
    void one_of_five_thousand_costs_a_few_transactions() {
        String[] items = new String[5_000];
        Arrays.fill(items, "good");
        items[4_321] = "bad";
        var work = new RecordedWork(items);
        bisection.write(items.length, work);
        assertThat(work.written).hasSize(4_999).isSorted().doesNotContain(4_321);
        assertThat(work.rejected).containsExactly(4_321);
        assertThat(work.transactions).hasSizeLessThanOrEqualTo(27);
    }

    @Test
    void a_failure_that_no_item_is_at_fault_for_gives_up_all_that_were_written_with_it() {
        var work = new RecordedWork("good", "good", "broken", "good");
        bisection.write(4, work);
        assertThat(work.transactions).containsExactly("0-4");
        assertThat(work.failed).containsExactly("0-4");
    }

    @Test
    void work_is_given_up_when_it_is_no_longer_worth_it_and_what_was_written_stays() {
        var work = new RecordedWork("good", "bad", "bad", "good");
        work.maxRejected = 1;
        bisection.write(4, work);
        assertThat(work.written).containsExactly(0);
        assertThat(work.rejected).containsExactly(1);
        assertThat(work.failed).containsExactly("2-4");
    }

    @Test
    void a_deadlock_is_tried_again_before_anything_is_divided() {
        var work = new RecordedWork("good", "good");
        work.deadlocks(3);
        bisection.write(2, work);
        assertThat(work.transactions).containsExactly("0-2", "0-2", "0-2", "0-2");
        assertThat(work.written).containsExactly(0, 1);
    }

    @Test
    void the_fourth_deadlock_in_a_row_is_no_fault_of_an_item() {
        var work = new RecordedWork("good", "good");
        work.deadlocks(4);
        bisection.write(2, work);
        assertThat(work.transactions).hasSize(4);
        assertThat(work.failed).containsExactly("0-2");
    }

    @Test
    void what_failed_together_before_is_not_written_together_again() {
        var work = new RecordedWork("good", "bad");
        var known = Problem.badInput("x", "refused.");
        bisection.divide(2, new Bisection.Failure(known, known), work);
        assertThat(work.transactions).containsExactly("0-1", "1-2");
        assertThat(work.rejected).containsExactly(1);
    }

    @Test
    void nothing_at_all_is_not_divided() {
        var work = new RecordedWork();
        var known = Problem.badInput("x", "refused.");
        bisection.divide(0, new Bisection.Failure(known, known), work);
        assertThat(work.failed).containsExactly("0-0");
    }

    @Test
    void who_gives_up_in_no_way_of_their_own_gets_the_failure() {
        var failure = new IllegalStateException("broken");
        assertThatThrownBy(() -> bisection.write(2, new Bisection.Work() {
                    @Override
                    public void write(int from, int to) {
                        throw failure;
                    }

                    @Override
                    public boolean isDivisible(Bisection.Failure any) {
                        return false;
                    }

                    @Override
                    public void reject(int place, Bisection.Failure any) {}
                }))
                .isSameAs(failure);
    }

    /** Writes items unless one of them is not good. */
    private static final class RecordedWork implements Bisection.Work {
        private final List<String> items;
        private final Deque<RuntimeException> passing = new ArrayDeque<>();
        private final List<String> transactions = new ArrayList<>();
        private final List<Integer> written = new ArrayList<>();
        private final List<Integer> rejected = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();
        private int maxRejected = Integer.MAX_VALUE;

        RecordedWork(String... items) {
            this.items = List.of(items);
        }

        void deadlocks(int times) {
            for (int i = 0; i < times; i++) {
                passing.add(new IllegalStateException(new SQLException("deadlock detected", "40P01")));
            }
        }

        @Override
        public void write(int from, int to) {
            transactions.add(from + "-" + to);
            if (!passing.isEmpty()) {
                throw passing.pop();
            }
            if (items.subList(from, to).contains("broken")) {
                throw new IllegalStateException("broken");
            }
            if (items.subList(from, to).contains("bad")) {
                throw Problem.badInput("x", "refused.");
            }
            IntStream.range(from, to).forEach(written::add);
        }

        @Override
        public boolean isDivisible(Bisection.Failure failure) {
            return failure.isOf(Set.of(ErrorCode.BAD_USER_INPUT)) && rejected.size() < maxRejected;
        }

        @Override
        public void reject(int place, Bisection.Failure failure) {
            rejected.add(place);
        }

        @Override
        public void fail(int from, int to, Bisection.Failure failure) {
            failed.add(from + "-" + to);
        }
    }
}
