package dev.pulsegraph.privacy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lines between who reads them from the database and who sends them to a client: few at once, so that a long export takes no more
 * memory than a short one. Whoever reads waits for the client, and gives up when it takes too long.
 */
final class LineQueue implements AutoCloseable {
    private static final int MAX_CHUNKS = 16;
    private static final int CHUNK = 16 * 1024;
    /** A connection of the pool is held meanwhile. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final byte[] END = {};

    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(MAX_CHUNKS);
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK);
    private final long deadline = System.nanoTime() + TIMEOUT.toNanos();
    private boolean isBegun;
    private volatile boolean isClosed;
    private volatile @Nullable RuntimeException failure;

    /** Adds a line, by the thread that reads. */
    void add(byte[] line) {
        chunk.writeBytes(line);
        chunk.write('\n');
        if (chunk.size() >= CHUNK && !flush()) {
            throw Problem.of(ErrorCode.TIMEOUT, "The client is gone, or reads too slowly.");
        }
    }

    /** Ends it after the last line. */
    void end() {
        flush();
        put(END);
    }

    /**
     * Ends it without the lines that are missing.
     *
     * @param line which tells so, when the first lines are on their way
     */
    void fail(RuntimeException problem, byte[] line) {
        if (isBegun) {
            chunk.writeBytes(line);
            chunk.write('\n');
            end();
        } else {
            failure = problem;
            put(END);
        }
    }

    /** Some lines, by the thread that sends; null after the last. What failed before the first line is thrown. */
    byte @Nullable [] next() {
        try {
            byte[] next = chunks.take();
            if (next.length > 0) {
                return next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        return null;
    }

    /** Nobody reads on. */
    @Override
    public void close() {
        isClosed = true;
        chunks.clear();
    }

    private boolean flush() {
        isBegun = true;
        byte[] bytes = chunk.toByteArray();
        chunk.reset();
        return bytes.length == 0 || put(bytes);
    }

    private boolean put(byte[] bytes) {
        try {
            while (!isClosed && System.nanoTime() < deadline) {
                if (chunks.offer(bytes, 1, TimeUnit.SECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
