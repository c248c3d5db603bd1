package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Rejection;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that are written together.
 *
 * @param <T> what a line becomes
 */
final class Chunk<T> {
    final List<T> items = new ArrayList<>();
    /** The number of the line of each item. */
    final List<Long> lines = new ArrayList<>();

    final List<RejectedLine> rejected = new ArrayList<>();
    long firstLine;
    long lastLine;
    /** What the lines of items and of those that were rejected have. */
    long bytes;
    /** All that was read for it: lines too that hold nothing. */
    long linesRead;

    long bytesRead;

    void begin(long line) {
        if (firstLine == 0) {
            firstLine = line;
        }
    }

    int size() {
        return items.size() + rejected.size();
    }

    record RejectedLine(long line, String code, String reason) {
        static RejectedLine of(long line, Problem problem) {
            return new RejectedLine(line, problem.code().name(), problem.getMessage());
        }

        static RejectedLine of(long line, Rejection rejection) {
            return new RejectedLine(line, rejection.code(), rejection.reason());
        }
    }
}
