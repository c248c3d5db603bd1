package dev.pulsegraph.graphql;

import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operation uses: the objects and bytes of its answer, counted while that is built, the rows it reads and the time it
 * takes. What goes beyond a bound ends it as a whole. Belongs to the thread of the operation; room for its answer is held until
 * it is closed.
 */
final class OperationUsage implements AutoCloseable {
    /** What a millisecond on a connection costs, when it is more than an operation has paid for otherwise. */
    static final double COST_PER_MILLISECOND = 5;
    /** So long an operation may take anyway. */
    private static final Duration FREE = Duration.ofMillis(20);

    private static final int NUMBERS = 100;
    private static final int CHARACTERS = 1_000;
    private static final int BYTES_OF_A_ROW = 16;
    private static final int BYTES_OF_A_NUMBER = 16;
    /** A name, quotes, a colon and a comma. */
    private static final int BYTES_AROUND = 16;

    private static final int STEP = 64 * 1024;
    private static final int LOOK_AT_THE_CLOCK = 256;

    private final CostModel model;
    private final InFlightLimit.Share room;
    private final long maxBytes;
    private final int maxObjects;
    private final Duration deadline;
    private final double work;
    private double answer;
    private int objects;
    private long rows;
    private long bytes;
    private long held;
    private int untilLook = LOOK_AT_THE_CLOCK;
    private long begin;
    private long end;
    private @Nullable Problem stopped;

    /**
     * @param room where its answer is held; closed with this
     * @param maxBytes how long its answer may be
     * @param work what it costs beside the objects of its answer
     */
    OperationUsage(
            CostModel model, InFlightLimit.Share room, long maxBytes, int maxObjects, Duration deadline, double work) {
        this.model = model;
        this.room = room;
        this.maxBytes = maxBytes;
        this.maxObjects = maxObjects;
        this.deadline = deadline;
        this.work = work;
    }

    /**
     * Its time began; what was counted is forgotten when it is done again.
     *
     * @param at by {@link System#nanoTime}
     */
    void begin(long at) {
        begin = at;
        stopped = null;
        answer = 0;
        objects = 0;
        rows = 0;
        bytes = 0;
    }

    void end() {
        if (begin != 0 && end == 0) {
            end = System.nanoTime();
        }
    }

    /** An object of the answer. */
    void object(String type) {
        answer += model.weight(type);
        objects++;
        if (objects > maxObjects) {
            throw stop(
                    Problem.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "The answer holds more than " + maxObjects
                                    + " objects, which is the most allowed. Ask for smaller pages, shorter ranges, or for less at once."));
        }
        bytes(BYTES_AROUND);
    }

    /** A value of the answer that is no object. */
    void scalar(@Nullable Object value) {
        long size = size(value);
        // What is shorter comes with its object.
        long thousands = size / CHARACTERS;
        answer += thousands;
        bytes(BYTES_AROUND + size);
    }

    /** A number in a list, such as a vector. */
    void number() {
        answer += 1.0 / NUMBERS;
        bytes(BYTES_OF_A_NUMBER);
    }

    /** What was read into memory, be it answered or not. */
    void rows(int count) {
        rows += count;
        if (rows > maxObjects) {
            throw stop(
                    Problem.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "More than " + maxObjects
                                    + " rows would have to be read, which is the most allowed. Ask for smaller pages, shorter ranges, or for less at once."));
        }
        bytes((long) count * BYTES_OF_A_ROW);
    }

    private void bytes(long more) {
        bytes += more;
        if (bytes > held) {
            hold();
        }
        if (--untilLook <= 0) {
            untilLook = LOOK_AT_THE_CLOCK;
            requireTime();
        }
    }

    private void hold() {
        if (bytes > maxBytes) {
            throw stop(
                    Problem.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "The answer is longer than " + maxBytes
                                    + " bytes, which is the most allowed. Ask for smaller pages, shorter ranges, or for fewer fields."));
        }
        long total = Math.min(Math.ceilDiv(bytes, STEP) * STEP, maxBytes);
        if (!room.cover(total)) {
            throw stop(Problem.of(
                    ErrorCode.UNAVAILABLE,
                    "The responses in progress use up the memory reserved for responses; try again in a few seconds."));
        }
        held = total;
    }

    /** Called again and again while an answer is built and written. */
    void requireTime() {
        if (stopped != null) {
            throw stopped;
        }
        if (begin != 0 && System.nanoTime() - begin > deadline.toNanos()) {
            throw stop(timeout(deadline));
        }
    }

    static Problem timeout(Duration deadline) {
        return Problem.of(
                ErrorCode.TIMEOUT, "The operation took longer than " + deadline.toMillis() + " ms; ask for less.");
    }

    private Problem stop(Problem problem) {
        if (stopped == null) {
            stopped = problem;
        }
        return stopped;
    }

    /** Why the operation ends as a whole; null as long as it does not. */
    @Nullable
    Problem stopped() {
        return stopped;
    }

    /** What it cost, by the same measure as what was estimated. */
    long cost() {
        return Costs.rounded(work + answer);
    }

    /** What the time it took costs beyond that. */
    long costOfTime() {
        if (begin == 0) {
            return 0;
        }
        long nanos = (end == 0 ? System.nanoTime() : end) - begin - FREE.toNanos();
        return Math.max(0, Math.round(nanos / 1e6 * COST_PER_MILLISECOND) - cost());
    }

    @Override
    public void close() {
        room.close();
    }

    private static long size(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length();
            case Map<?, ?> map -> {
                long size = 0;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    size += BYTES_AROUND / 2 + size(entry.getKey()) + size(entry.getValue());
                }
                yield size;
            }
            case Collection<?> list -> {
                long size = 0;
                for (Object element : list) {
                    size += 1 + size(element);
                }
                yield size;
            }
            case null -> 4;
            default -> BYTES_OF_A_NUMBER / 2;
        };
    }
}
