package dev.pulsegraph.bulk;

import dev.pulsegraph.request.ContentEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads and decodes a body in a thread of its own, so that one may wait for it only so long. It holds a few pieces and then
 * waits to be asked, and the sender waits with it. The system schedules it: to unpack takes time, and virtual threads wait
 * for one another.
 */
final class BodyPump implements AutoCloseable {
    private static final int PIECE = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(2);
    private final InputStream body;
    private final ContentEncoding encoding;
    private final Thread thread;

    BodyPump(InputStream body, ContentEncoding encoding) {
        this.body = body;
        this.encoding = encoding;
        this.thread = Thread.ofPlatform().name("bulk-body").daemon().start(this::run);
    }

    /** What is next; null when it does not come in time. After an end or a failure there is nothing more. */
    @Nullable
    Piece next(long nanoseconds) throws InterruptedException {
        return pieces.poll(nanoseconds, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        Piece last = last();
        try {
            pieces.put(last);
        } catch (InterruptedException closed) {
            // Whoever waits for a piece must not wait for ever.
            pieces.clear();
            pieces.add(last);
        }
    }

    private Piece last() {
        byte[] piece = new byte[PIECE];
        try (InputStream in = body;
                InputStream decoded = encoding.decode(in)) {
            for (int length = decoded.read(piece); length >= 0; length = decoded.read(piece)) {
                pieces.put(new Piece(Arrays.copyOf(piece, length), null, false));
            }
            return new Piece(NOTHING, null, true);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return new Piece(NOTHING, new IOException("closed", closed), true);
        } catch (Throwable failure) {
            // Whatever it is: whoever waits for a piece must not wait for ever.
            return new Piece(NOTHING, failure, true);
        }
    }

    /** Some bytes, or how it ended. */
    static final class Piece {
        final byte[] bytes;
        /** Why there is no more, when that is not the end. */
        final @Nullable Throwable failure;

        final boolean last;

        Piece(byte[] bytes, @Nullable Throwable failure, boolean last) {
            this.bytes = bytes;
            this.failure = failure;
            this.last = last;
        }
    }
}
