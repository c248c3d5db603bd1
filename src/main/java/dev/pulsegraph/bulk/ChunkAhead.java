package dev.pulsegraph.bulk;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Takes chunks from a reader, and has the next one read while one is written. One is ahead and no more; whoever takes it is
 * told what went wrong in reading it.
 */
final class ChunkAhead<T> implements AutoCloseable {
    private final ChunkReader<T> reader;
    private final ExecutorService threads;
    private @Nullable Future<@Nullable Chunk<T>> ahead;

    /**
     * Reads nothing yet.
     *
     * @param threads of the system, since reading is work
     */
    ChunkAhead(ChunkReader<T> reader, ExecutorService threads) {
        this.reader = reader;
        this.threads = threads;
    }

    /** The next chunk; null after the last. */
    @Nullable
    Chunk<T> next() throws InterruptedException {
        Future<@Nullable Chunk<T>> begun = ahead;
        if (begun == null) {
            return reader.next();
        }
        ahead = null;
        try {
            return begun.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("A chunk could not be read", e.getCause());
        }
    }

    /** Begins to read the chunk after the one that was taken last. */
    void begin() {
        ahead = threads.submit(reader::next);
    }

    /** What is being read then ends without its body. */
    @Override
    public void close() {
        reader.close();
    }
}
