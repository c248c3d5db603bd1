package dev.pulsegraph.bulk;

import dev.pulsegraph.batch.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that are written together.
 *
 * @param <T> what a line becomes
 */
final class Chunk<T> {
    final Batch<T> batch = new Batch<>();
    /** The number of the line of each item that was sent. */
    private final List<Long> lines = new ArrayList<>();

    long firstLine;
    long lastLine;
    /** What the lines of items and of those that were rejected have. */
    long bytes;
    /** All that was read for it: lines too that hold nothing. */
    long linesRead;

    long bytesRead;

    void add(Line line, Batch.Source<T> item) {
        if (firstLine == 0) {
            firstLine = line.first;
        }
        lastLine = line.last;
        bytes += line.bytes.length;
        lines.add(line.first);
        batch.add(item);
    }

    int size() {
        return batch.size();
    }

    /** The number of the line that an item of the batch was sent in. */
    long line(int index) {
        return lines.get(index);
    }
}
