package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import dev.pulsegraph.security.Credentials;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection in the protocol {@code graphql-transport-ws}. All its state belongs to the event loop of its channel.
 *
 * <p>While a client leaves unread what it was sent, nothing more is read from it, so that it cannot ask for more, and its
 * subscriptions wait. What is held for it is then what one moment of reading made, and no more.
 */
final class Socket extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(Socket.class);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final SocketRegistry sockets;
    private final Channel channel;
    private final HttpRequest<?> handshake;
    private final boolean speaksProtocol;
    private final Map<String, SocketOperation> operations = new HashMap<>();
    private final SocketTimers<Timer> timers = new SocketTimers<>(this::schedule);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private State state = State.OPEN;
    private @Nullable Credentials credentials;
    private boolean heard = true;
    /** Operations the client has completed, and that run nevertheless until they are done. */
    private int abandoned;

    Socket(SocketRegistry sockets, Channel channel, HttpRequest<?> handshake, boolean speaksProtocol) {
        this.sockets = sockets;
        this.channel = channel;
        this.handshake = handshake;
        this.speaksProtocol = speaksProtocol;
    }

    private enum State {
        OPEN,
        INITIALISING,
        READY,
        CLOSED
    }

    private enum Timer {
        INIT,
        KEEP_ALIVE,
        EXPIRY,
        SLOW,
        FAREWELL
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        sockets.opened(this);
        if (!speaksProtocol) {
            close(SocketClose.SUBPROTOCOL);
            return;
        }
        timers.start(Timer.INIT, sockets.settings().initTimeout(), () -> close(SocketClose.INIT_TIMEOUT));
        timers.start(Timer.KEEP_ALIVE, sockets.settings().keepAlive(), this::keepAlive);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        heard = true;
        switch (frame) {
            case CloseWebSocketFrame close -> answerClose(close);
            case PingWebSocketFrame ping ->
                send(new PongWebSocketFrame(ping.content().retain()));
            case PongWebSocketFrame pong -> {}
            case TextWebSocketFrame text -> read(text);
            default -> close(SocketClose.invalid("Messages are texts"));
        }
    }

    private void read(TextWebSocketFrame text) {
        if (state == State.CLOSED) {
            return;
        }
        try {
            handle(SocketMessage.read(sockets.strictJson(), ByteBufUtil.getBytes(text.content())));
        } catch (SocketMessage.Unreadable unreadable) {
            close(unreadable.close());
        }
    }

    private void handle(SocketMessage message) {
        switch (message) {
            case SocketMessage.Init init -> initialise(init);
            case SocketMessage.Ping ping -> send("{\"type\":\"pong\"}");
            case SocketMessage.Pong pong -> {}
            case SocketMessage.Subscribe subscribe -> subscribe(subscribe);
            case SocketMessage.Complete complete -> {
                // An operation that has just ended is not known any more, and that is no fault.
                SocketOperation operation = operations.remove(complete.id());
                if (operation != null) {
                    operation.cancel();
                    abandoned += operation.isReading() ? 1 : 0;
                }
            }
        }
    }

    private void initialise(SocketMessage.Init init) {
        if (state != State.OPEN) {
            close(SocketClose.TOO_MANY_INITS);
            return;
        }
        state = State.INITIALISING;
        String given = init.authorization();
        String authorization = given == null ? handshake.getHeaders().get(HttpHeaders.AUTHORIZATION) : given;
        sockets.execute(() -> {
            try {
                Credentials accepted = sockets.callers().accepted(authorization);
                sockets.check(accepted);
                Optional<Instant> end = authorization == null
                        ? Optional.empty()
                        : sockets.authenticator().end(authorization);
                inLoop(() -> acknowledge(accepted, end));
            } catch (Problem refused) {
                close(
                        refused.code() == ErrorCode.UNAVAILABLE
                                ? SocketClose.UNAVAILABLE
                                : SocketClose.forbidden(String.valueOf(refused.getMessage())));
            } catch (RuntimeException failed) {
                if (SocketRegistry.isUnreachable(failed)) {
                    close(SocketClose.UNAVAILABLE);
                } else {
                    LOG.error("A connection could not begin", failed);
                    close(SocketClose.INTERNAL);
                }
            }
        });
    }

    private void acknowledge(Credentials accepted, Optional<Instant> end) {
        if (state != State.INITIALISING) {
            return;
        }
        if (!sockets.admit(accepted)) {
            close(SocketClose.TOO_MANY_CONNECTIONS);
            return;
        }
        credentials = accepted;
        state = State.READY;
        timers.stop(Timer.INIT);
        end.ifPresent(at -> timers.start(
                Timer.EXPIRY, Duration.between(sockets.clock().instant(), at), () -> close(SocketClose.EXPIRED)));
        send("{\"type\":\"connection_ack\"}");
    }

    private void subscribe(SocketMessage.Subscribe subscribe) {
        if (state != State.READY || credentials == null) {
            close(SocketClose.UNAUTHORIZED);
            return;
        }
        if (operations.containsKey(subscribe.id())) {
            close(SocketClose.exists(subscribe.id()));
            return;
        }
        int most = sockets.settings().maxOperations();
        if (operations.size() + abandoned >= most) {
            send(
                    subscribe.id(),
                    "error",
                    written(List.of(ErrorBody.error(Problem.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "A connection may have " + most + " operations at once; complete one first.")))));
            return;
        }
        var operation = new SocketOperation(this, sockets, handshake, credentials, subscribe.id(), subscribe.request());
        operations.put(subscribe.id(), operation);
        operation.start();
    }

    /** What ran for nobody is done. */
    void abandonedEnded() {
        abandoned--;
    }

    /** The operation is over, and its id may be used again. */
    void ended(SocketOperation operation) {
        operations.remove(operation.id(), operation);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            timers.stop(Timer.SLOW);
            channel.config().setAutoRead(true);
            List.copyOf(operations.values()).forEach(SocketOperation::resume);
        } else {
            channel.config().setAutoRead(false);
            timers.start(Timer.SLOW, sockets.settings().slowConsumer(), channel::close);
        }
        context.fireChannelWritabilityChanged();
    }

    private void keepAlive() {
        if (channel.isWritable()) {
            if (!heard) {
                channel.close();
                return;
            }
            heard = false;
            send(new PingWebSocketFrame());
        } else {
            // Nothing is read from it now; how long that may last is another bound.
            heard = true;
        }
        timers.start(Timer.KEEP_ALIVE, sockets.settings().keepAlive(), this::keepAlive);
    }

    private void answerClose(CloseWebSocketFrame close) {
        if (state == State.CLOSED) {
            channel.close();
            return;
        }
        release();
        int code = close.statusCode();
        CloseWebSocketFrame answer = code < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, "");
        channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /** Says why, waits a moment for the client to have read it, and closes. */
    void close(SocketClose close) {
        inLoop(() -> {
            if (state == State.CLOSED) {
                return;
            }
            release();
            if (!channel.isWritable()) {
                channel.close();
                return;
            }
            channel.writeAndFlush(close.frame());
            timers.start(Timer.FAREWELL, FAREWELL, channel::close);
        });
    }

    private void release() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        operations.values().forEach(SocketOperation::cancel);
        operations.clear();
        timers.stop();
        sockets.closed(this, credentials);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        release();
        timers.stop(Timer.FAREWELL);
        ended.complete(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            // The decoder has told the client.
            case CorruptedWebSocketFrameException violation -> release();
            case TooLongFrameException tooLong -> close(SocketClose.TOO_BIG);
            case IOException gone -> channel.close();
            case PrematureChannelClosureException gone -> channel.close();
            default -> {
                LOG.error("A connection failed", cause);
                close(SocketClose.INTERNAL);
            }
        }
    }

    void send(String id, String type, byte @Nullable [] payload) {
        byte[] head =
                bytes("{\"id\":" + text(id) + ",\"type\":\"" + type + "\"" + (payload == null ? "" : ",\"payload\":"));
        send(new TextWebSocketFrame(
                payload == null
                        ? Unpooled.wrappedBuffer(head, bytes("}"))
                        : Unpooled.wrappedBuffer(head, payload, bytes("}"))));
    }

    private void send(String message) {
        send(new TextWebSocketFrame(message));
    }

    private void send(WebSocketFrame frame) {
        if (state == State.CLOSED) {
            frame.release();
        } else {
            channel.writeAndFlush(frame);
        }
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** When all is over. */
    CompletionStage<Boolean> ended() {
        return ended;
    }

    /** The bytes the client has not let come. */
    long unread() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    byte[] written(Object value) {
        return sockets.json().bytes(value);
    }

    private String text(String value) {
        return new String(written(value), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Has something done where the state belongs; nothing, when the server has stopped. */
    void inLoop(Runnable work) {
        if (channel.eventLoop().inEventLoop()) {
            work.run();
        } else if (!channel.eventLoop().isShuttingDown()) {
            channel.eventLoop().execute(work);
        }
    }

    Future<?> schedule(Duration delay, Runnable work) {
        return channel.eventLoop().schedule(work, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
    }
}
