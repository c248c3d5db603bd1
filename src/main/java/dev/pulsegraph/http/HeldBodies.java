package dev.pulsegraph.http;

import dev.pulsegraph.request.ContentEncoding;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.util.concurrent.Future;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;

/**
 * Reads bodies that are held as a whole, without a thread that waits for them. What a body holds is what has arrived of it, not
 * what it promises.
 */
@Singleton
public final class HeldBodies {
    private static final int PIECE = 16 * 1024;
    private static final Context IGNORING =
            Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped -> {});

    private final HttpSettings settings;

    HeldBodies(HttpSettings settings) {
        this.settings = settings;
    }

    /**
     * The body as it was sent; fails with a {@link BodyRefusal}.
     *
     * @param longest how many bytes it may have
     * @param share takes room for what arrives, and is not given back here
     */
    public CompletableFuture<byte[]> read(ServerHttpRequest<?> http, int longest, InFlightLimit.Share share) {
        var reading = new Reading(longest, share);
        if (http.getContentLength() > longest) {
            reading.refuse(tooLarge());
            return reading.whole;
        }
        http.byteBody().toByteArrayPublisher().subscribe(reading);
        reading.startTimer(http);
        return reading.whole;
    }

    /** What was encoded, which has the same bound; takes room for both. */
    public byte[] decoded(byte[] body, ContentEncoding encoding, int longest, InFlightLimit.Share share) {
        if (encoding == ContentEncoding.IDENTITY) {
            return body;
        }
        var decoded = new ByteArrayOutputStream();
        try (InputStream in = encoding.decode(new ByteArrayInputStream(body))) {
            byte[] piece = new byte[PIECE];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                if (decoded.size() + length > longest) {
                    throw tooLarge();
                }
                if (!share.cover((long) body.length + decoded.size() + length)) {
                    throw noRoom();
                }
                decoded.write(piece, 0, length);
            }
        } catch (IOException notEncoded) {
            throw broken();
        }
        return decoded.toByteArray();
    }

    private static BodyRefusal tooLarge() {
        return new BodyRefusal(BodyRefusal.Kind.TOO_LARGE, "The body of the request is too large.");
    }

    private static BodyRefusal noRoom() {
        return new BodyRefusal(
                BodyRefusal.Kind.NO_ROOM,
                "The server is receiving more than it can hold at the moment; send it again in 1 s.");
    }

    private static BodyRefusal broken() {
        return new BodyRefusal(
                BodyRefusal.Kind.BROKEN,
                "The body ended early, or is not encoded as the header `Content-Encoding` says.");
    }

    /** A body that arrives, on the event loop of the connection. */
    private final class Reading extends BaseSubscriber<byte[]> {
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final int longest;
        private final InFlightLimit.Share share;
        private final ByteArrayOutputStream arrived = new ByteArrayOutputStream(0);
        private volatile @Nullable Future<?> timer;

        Reading(int longest, InFlightLimit.Share share) {
            this.longest = longest;
            this.share = share;
        }

        /** For what has not arrived yet. */
        void startTimer(ServerHttpRequest<?> http) {
            if (!whole.isDone() && http instanceof NettyHttpRequest<?> netty) {
                timer = netty.getChannelHandlerContext()
                        .executor()
                        .schedule(
                                () -> refuse(slow(BodyTimeout.slow(settings.bodyTimeout()))),
                                settings.bodyTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
                if (whole.isDone()) {
                    stopTimer();
                }
            }
        }

        /** What still comes of a body that is refused is nobody's concern, and not worth a line in the log. */
        @Override
        public Context currentContext() {
            return IGNORING;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(byte[] piece) {
            if (whole.isDone()) {
                return;
            }
            int size = arrived.size() + piece.length;
            if (size > longest) {
                refuse(tooLarge());
            } else if (!share.cover(size)) {
                refuse(noRoom());
            } else {
                arrived.write(piece, 0, piece.length);
                request(1);
            }
        }

        @Override
        protected void hookOnComplete() {
            stopTimer();
            whole.complete(arrived.toByteArray());
        }

        @Override
        protected void hookOnError(Throwable failure) {
            BodyTimeout timeout = BodyTimeout.in(failure);
            refuse(timeout == null ? broken() : slow(timeout));
        }

        private void refuse(BodyRefusal refusal) {
            stopTimer();
            whole.completeExceptionally(refusal);
            cancel();
        }

        private void stopTimer() {
            Future<?> running = timer;
            if (running != null) {
                running.cancel(false);
            }
        }

        private static BodyRefusal slow(BodyTimeout timeout) {
            return new BodyRefusal(BodyRefusal.Kind.TOO_SLOW, String.valueOf(timeout.getMessage()));
        }
    }
}
