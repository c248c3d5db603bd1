package dev.pulsegraph.batch;

import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes many items at once; where some of them make that fail as a whole, it writes halves of them, until only those at fault
 * are left. A transaction that failed because of another one, such as a deadlock, is tried again before that.
 */
public final class Bisection {
    private static final int MAX_ATTEMPTS = 4;

    private final Function<Throwable, Optional<Problem>> problems;

    /** @param problems what a caller is told of a failure, if it is their business: {@link SqlProblems#ofItems} */
    public Bisection(Function<Throwable, Optional<Problem>> problems) {
        this.problems = problems;
    }

    /** Writes all items from 0 to {@code size}. */
    public void write(int size, Work work) {
        write(0, size, work);
    }

    /** Writes halves of items that failed together before. */
    public void divide(int size, Failure failure, Work work) {
        divide(0, size, failure, work);
    }

    private void write(int from, int to, Work work) {
        try {
            retry(() -> work.write(from, to));
        } catch (RuntimeException e) {
            divide(from, to, new Failure(e, problems.apply(e).orElse(null)), work);
        }
    }

    /** Runs a transaction, again when it failed only for what another one did. */
    public static void retry(Runnable transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction.run();
                return;
            } catch (RuntimeException e) {
                if (attempt == MAX_ATTEMPTS || !SqlProblems.isPassing(e)) {
                    throw e;
                }
            }
        }
    }

    private void divide(int from, int to, Failure failure, Work work) {
        if (from == to || !work.isDivisible(failure)) {
            work.fail(from, to, failure);
        } else if (to - from == 1) {
            work.reject(from, failure);
        } else {
            int half = from + (to - from) / 2;
            write(from, half, work);
            write(half, to, work);
        }
    }

    /** What is written, by the places of the items. A range ends before {@code to}. */
    public interface Work {
        /** Writes a range of items in a transaction of its own: all of them, or none and a failure. */
        void write(int from, int to);

        /** Whether what failed so may be the fault of some of the items alone, and is worth looking for. */
        boolean isDivisible(Failure failure);

        /** Takes note of an item that fails by itself. */
        void reject(int place, Failure failure);

        /** Takes note of a range that is given up. */
        default void fail(int from, int to, Failure failure) {
            throw failure.cause;
        }
    }

    /**
     * Why a range of items was not written.
     *
     * @param problem what a caller is told of it; null for a fault of ours
     */
    public record Failure(RuntimeException cause, @Nullable Problem problem) {
        /** Whether single items may be at fault, which is what some codes say. */
        public boolean isOf(Set<ErrorCode> codes) {
            return problem != null && codes.contains(problem.code()) && !SqlProblems.isPassing(cause);
        }
    }
}
