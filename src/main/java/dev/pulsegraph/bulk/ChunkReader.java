package dev.pulsegraph.bulk;

import dev.pulsegraph.http.BodyTimeout;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a body chunk by chunk: so many lines, so many bytes, or so long since the first line, whichever comes first. Lines that
 * hold nothing count, too: they cost as much to read.
 */
final class ChunkReader<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);
    static final int LINES = 5_000;
    static final int BYTES = 1024 * 1024;
    /** With lines that hold nothing, and those that are too long to keep. */
    private static final int MAX_LINES = 10 * LINES;

    private static final int MAX_BYTES = 2 * BYTES;
    static final Duration WAIT = Duration.ofSeconds(1);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final BodyPump body;
    private final LineFormat format;
    private final BulkSink<T> target;
    private final LineSplitter splitter;
    private boolean isComplete;

    ChunkReader(BodyPump body, LineFormat format, BulkSink<T> target) {
        this.body = body;
        this.format = format;
        this.target = target;
        this.splitter = new LineSplitter(format.quotes(), target.maxLine());
    }

    /** The next chunk; null after the last. A body that breaks off is a problem, and what came of the chunk is left out. */
    @Nullable
    Chunk<T> next() throws InterruptedException {
        var chunk = new Chunk<T>();
        long deadline = Long.MAX_VALUE;
        while (chunk.size() < LINES
                && chunk.bytes < BYTES
                && chunk.linesRead < MAX_LINES
                && chunk.bytesRead < MAX_BYTES) {
            Line line = isComplete ? splitter.rest() : splitter.next();
            if (line != null) {
                chunk.linesRead += line.last - line.first + 1;
                if (add(line, chunk) && chunk.size() == 1) {
                    deadline = System.nanoTime() + WAIT.toNanos();
                }
                continue;
            }
            if (isComplete) {
                break;
            }
            BodyPump.Piece piece =
                    body.next(chunk.size() == 0 ? Long.MAX_VALUE : Math.max(0, deadline - System.nanoTime()));
            if (piece == null) {
                return chunk;
            }
            if (piece.failure != null) {
                BodyTimeout slow = BodyTimeout.in(piece.failure);
                if (slow != null) {
                    throw new UncheckedIOException(slow);
                }
                if (!(piece.failure instanceof IOException)) {
                    LOG.error("A body could not be read", piece.failure);
                }
                throw Problem.of(
                        ErrorCode.BAD_USER_INPUT,
                        "The body broke off or is not encoded as the header `Content-Encoding` says.");
            }
            splitter.add(piece.bytes);
            chunk.bytesRead += piece.bytes.length;
            isComplete = piece.last;
        }
        return chunk.linesRead == 0 && chunk.bytesRead == 0 ? null : chunk;
    }

    /** Whether the line counts: a header and an empty line do not. */
    private boolean add(Line read, Chunk<T> chunk) {
        Line line = read.first == 1 ? withoutByteOrderMark(read) : read;
        if (line.isBlank() || format.isHeader(line)) {
            return false;
        }
        chunk.add(line, () -> {
            if (line.problem != null) {
                throw line.problem;
            }
            return target.parse(format.read(line.bytes));
        });
        return true;
    }

    private static Line withoutByteOrderMark(Line line) {
        byte[] bytes = line.bytes;
        int mark = BYTE_ORDER_MARK.length;
        return bytes.length >= mark && Arrays.equals(bytes, 0, mark, BYTE_ORDER_MARK, 0, mark)
                ? new Line(line.first, line.last, Arrays.copyOfRange(bytes, mark, bytes.length), line.problem)
                : line;
    }

    @Override
    public void close() {
        body.close();
    }
}
