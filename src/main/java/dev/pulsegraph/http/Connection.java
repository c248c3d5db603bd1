package dev.pulsegraph.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedInput;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/1.1, and how long it may wait for what. Its handlers stand on both sides of the codec; what is not
 * volatile belongs to its event loop. A WebSocket has bounds of its own: from its handshake on, this is out of the way.
 */
final class Connection {
    static final String CHUNKS = "answer-chunks";
    static final String ANSWERS = "answer-bytes";
    static final String BYTES = "request-bytes";
    static final String REQUESTS = "requests";

    /** What of an answer is handed to the network at once, and thereby copied there. */
    private static final int CHUNK = 32 * 1024;
    /** What came while the event loop was busy is read before anybody is too late. */
    private static final Duration SECOND_GLANCE = Duration.ofMillis(100);

    private static final long NEVER = Long.MAX_VALUE;

    private enum State {
        /** A request is awaited, or has just begun. */
        BETWEEN,
        BODY,
        /** All of a request is here. */
        RECEIVED
    }

    private final Connections all;
    private final Channel channel;
    private final HttpSettings settings;

    private volatile State state = State.BETWEEN;
    private volatile long since = System.nanoTime();
    private int unanswered;
    /** Whether more is read as soon as it comes. Otherwise it is not the client that is waited for. */
    private boolean isWanted;

    private boolean hasBegun;
    private boolean isTold;
    private long toldAt;
    private boolean isDue;
    private long lastByte = since;
    private long deadline = NEVER;
    private long nextLook = NEVER;
    private @Nullable Future<?> look;

    private volatile long unsent;
    private boolean isGivenUp;
    private volatile long unsentSince;
    private long lastSent;
    private long seenProgress;
    private @Nullable Future<?> lookAtAnswers;

    Connection(Connections all, Channel channel) {
        this.all = all;
        this.channel = channel;
        this.settings = all.settings();
    }

    /** Whether nothing would be lost with it but the beginning of a head. */
    boolean isBetweenRequests() {
        return state == State.BETWEEN && unanswered == 0 && unsent == 0;
    }

    /** Since when it is as it is, by the clock of {@link System#nanoTime}. */
    long since() {
        return since;
    }

    long unsent() {
        return unsent;
    }

    /** Since when there was always something that the client had not let come. */
    long unsentSince() {
        return unsentSince;
    }

    void close() {
        channel.close();
    }

    /** What of it waits counts no more; answers how much that was. */
    synchronized long giveUp() {
        isGivenUp = true;
        return unsent;
    }

    /** Whether it counts. */
    private synchronized boolean await(long bytes) {
        if (isGivenUp) {
            return false;
        }
        unsent += bytes;
        return true;
    }

    private void sent(long bytes) {
        lastSent = System.nanoTime();
        if (await(-bytes)) {
            all.remove(bytes);
        }
    }

    ChannelHandler bytes() {
        return new Bytes();
    }

    ChannelHandler requests() {
        return new Requests();
    }

    ChannelHandler answers() {
        return new Answers();
    }

    private void become(State next) {
        state = next;
        since = System.nanoTime();
    }

    private void expireIn(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
        lookBy(deadline);
    }

    /** Looks are rarely taken back: one that comes too early is made again. */
    private void lookBy(long time) {
        if (look == null || time - nextLook < 0) {
            if (look != null) {
                look.cancel(false);
            }
            nextLook = time;
            look = channel.eventLoop().schedule(this::look, time - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        look = null;
        nextLook = NEVER;
        if (deadline == NEVER || !channel.isOpen()) {
            return;
        }
        long now = System.nanoTime();
        if (state == State.BODY) {
            // What the server does not read is not waited for.
            long left = settings.bodyIdle().toNanos() - (isWanted ? now - lastByte : 0);
            deadline = now + (isTold ? Math.min(left, settings.bodyTimeout().toNanos() - (now - toldAt)) : left);
        }
        if (deadline - now > 0) {
            isDue = false;
            lookBy(deadline);
        } else if (!isDue) {
            isDue = true;
            lookBy(now + SECOND_GLANCE.toNanos());
        } else {
            isDue = false;
            expire();
        }
    }

    private void expire() {
        deadline = NEVER;
        if (state != State.BODY || isTold || unanswered == 0) {
            channel.close();
            return;
        }
        // Whoever reads the body answers, and closes thereby; nobody has to.
        told();
        expireIn(settings.bodyIdle());
        ChannelHandlerContext requests = channel.pipeline().context(REQUESTS);
        if (requests != null) {
            requests.fireExceptionCaught(BodyTimeout.idle(settings.bodyIdle()));
        }
    }

    private void answered() {
        if (unanswered > 0 || !channel.isOpen()) {
            return;
        }
        if (state == State.BODY) {
            // A client may see its answer only when it has sent all, and a busy one takes its time.
            told();
            expireIn(settings.bodyIdle());
        } else {
            become(State.BETWEEN);
            hasBegun = false;
            expireIn(settings.keepAlive());
        }
    }

    private void told() {
        isTold = true;
        toldAt = System.nanoTime();
    }

    /** It is no HTTP any more. */
    private void release() {
        deadline = NEVER;
        if (look != null) {
            look.cancel(false);
            look = null;
        }
        ChannelPipeline pipeline = channel.pipeline();
        for (String name : new String[] {CHUNKS, ANSWERS, BYTES, REQUESTS}) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
    }

    /** Between the network and the codec: when bytes are awaited, and when they come. */
    private final class Bytes extends ChannelDuplexHandler {

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            expireIn(settings.headerTimeout());
        }

        @Override
        public void read(ChannelHandlerContext context) {
            if (!isWanted) {
                isWanted = true;
                lastByte = System.nanoTime();
            }
            context.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            lastByte = System.nanoTime();
            context.fireChannelRead(message);
            if (state == State.BETWEEN && !hasBegun) {
                hasBegun = true;
                expireIn(settings.headerTimeout());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            isWanted = false;
            context.fireChannelReadComplete();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            deadline = NEVER;
            if (look != null) {
                look.cancel(false);
            }
            context.fireChannelInactive();
        }
    }

    /** Behind the codec: which requests have come, and which were answered. */
    private final class Requests extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                unanswered++;
                isTold = false;
                become(State.BODY);
                lastByte = System.nanoTime();
                expireIn(settings.bodyIdle());
            }
            if (message instanceof LastHttpContent) {
                become(State.RECEIVED);
                hasBegun = false;
                deadline = NEVER;
                if (unanswered == 0) {
                    answered();
                }
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse head && head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                context.write(message, promise.unvoid()).addListener(written -> release());
                return;
            }
            boolean isInformational =
                    message instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (!(message instanceof LastHttpContent) || isInformational) {
                context.write(message, promise);
                return;
            }
            context.write(message, promise.unvoid()).addListener(written -> {
                unanswered--;
                answered();
            });
        }
    }

    /**
     * Before the network: what of answers has not left. A large buffer goes chunk by chunk, as the client lets it come, since
     * what is handed to the network is copied out of the heap.
     */
    private final class Answers extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (!(message instanceof ByteBuf buffer) || !buffer.isReadable()) {
                context.write(message, promise);
                return;
            }
            long bytes = buffer.readableBytes();
            if (unsent == 0) {
                unsentSince = System.nanoTime();
                lastSent = unsentSince;
                watch();
            }
            ChannelPromise done = promise.unvoid();
            if (await(bytes)) {
                done.addListener(written -> sent(bytes));
                all.add(bytes);
            }
            context.write(bytes > CHUNK ? new Chunks(buffer) : buffer, done);
        }

        private void watch() {
            if (lookAtAnswers == null) {
                lookAtAnswers = channel.eventLoop()
                        .schedule(this::look, settings.writeTimeout().toNanos() / 2, TimeUnit.NANOSECONDS);
            }
        }

        private void look() {
            lookAtAnswers = null;
            if (unsent == 0 || !channel.isOpen()) {
                return;
            }
            ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
            long progress = buffer == null ? 0 : buffer.currentProgress();
            if (progress != seenProgress) {
                seenProgress = progress;
                lastSent = System.nanoTime();
            }
            if (System.nanoTime() - lastSent >= settings.writeTimeout().toNanos()) {
                channel.close();
            } else {
                watch();
            }
        }
    }

    /** A buffer as the library wants what is written chunk by chunk. */
    private final class Chunks implements ChunkedInput<ByteBuf> {
        private final ByteBuf buffer;
        private final int begin;
        private boolean isClosed;

        Chunks(ByteBuf buffer) {
            this.buffer = buffer;
            this.begin = buffer.readerIndex();
        }

        @Override
        public boolean isEndOfInput() {
            return isClosed || !buffer.isReadable();
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                buffer.release();
            }
        }

        @Override
        @SuppressWarnings("deprecation") // of what has to be there as well
        public @Nullable ByteBuf readChunk(ChannelHandlerContext context) {
            return readChunk(context.alloc());
        }

        @Override
        public @Nullable ByteBuf readChunk(ByteBufAllocator allocator) {
            lastSent = System.nanoTime();
            return buffer.isReadable() ? buffer.readRetainedSlice(Math.min(CHUNK, buffer.readableBytes())) : null;
        }

        @Override
        public long length() {
            return (long) buffer.writerIndex() - begin;
        }

        @Override
        public long progress() {
            return (long) buffer.readerIndex() - begin;
        }
    }
}
