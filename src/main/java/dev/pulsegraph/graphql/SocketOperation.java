package dev.pulsegraph.graphql;

import dev.pulsegraph.database.Changes;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import io.micronaut.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a connection. A query or mutation is answered once. A subscription is answered anew after changes, each
 * time in a transaction of the subscriber. However many changes there were, one bit says that there was one; it is looked
 * at when the time has come and the client reads. Of what was sent, only a digest is kept.
 *
 * <p>All but {@link #changed} and what watches belongs to the event loop of the connection.
 */
final class SocketOperation {
    private static final Duration AFTER_OUTAGE = Duration.ofSeconds(5);

    private final Socket socket;
    private final SocketRegistry sockets;
    private final HttpRequest<?> handshake;
    private final Credentials credentials;
    private final String id;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final Map<String, Changes.Watch> watches = new HashMap<>();
    private volatile boolean over;
    private GraphQLRequest request;
    private boolean live;
    private boolean reading;
    private long nextRead;
    private @Nullable Future<?> waiting;
    private @Nullable Future<?> refreshing;
    private byte @Nullable [] sent;

    SocketOperation(
            Socket socket,
            SocketRegistry sockets,
            HttpRequest<?> handshake,
            Credentials credentials,
            String id,
            GraphQLRequest request) {
        this.socket = socket;
        this.sockets = sockets;
        this.handshake = handshake;
        this.credentials = credentials;
        this.id = id;
        this.request = request;
    }

    String id() {
        return id;
    }

    /** Whether it runs at this moment. */
    boolean isReading() {
        return reading;
    }

    void start() {
        reading = true;
        sockets.execute(() -> {
            SubscriptionResult answer;
            GraphQLRequest subscription = null;
            try {
                OperationRunner.Prepared prepared = sockets.runner().prepare(request, credentials);
                subscription = prepared.isSubscription() ? prepared.request() : null;
                answer = run(prepared);
            } catch (Problem problem) {
                answer = SubscriptionResult.of(GraphQLResponse.refused(problem), sockets.writer());
            } catch (RuntimeException | Error unexpected) {
                answer = SubscriptionResult.of(sockets.runner().failed(unexpected), sockets.writer());
            }
            SubscriptionResult first = answer;
            GraphQLRequest again = subscription;
            socket.inLoop(() -> begin(first, again));
        });
    }

    private void begin(SubscriptionResult answer, @Nullable GraphQLRequest subscription) {
        reading = false;
        if (over) {
            socket.abandonedEnded();
            return;
        }
        if (answer.isUnauthenticated()) {
            socket.close(SocketClose.forbidden("The API key is unknown, revoked or expired"));
        } else if (!answer.isExecuted() || (subscription != null && !answer.hasData())) {
            socket.send(id, "error", Objects.requireNonNull(answer.errors()));
            end();
        } else if (subscription == null) {
            socket.send(id, "next", answer.body());
            complete();
        } else {
            live = true;
            request = subscription;
            send(answer);
            rest(sockets.settings().subscriptionInterval());
        }
    }

    /** There was a change. May come from any thread, and any number of times. */
    private void changed() {
        if (!pending.getAndSet(true)) {
            socket.inLoop(this::resume);
        }
    }

    /** Looks at the change there was, unless it is too early or the client does not read. */
    void resume() {
        if (over || !live || reading || waiting != null || !pending.get() || !socket.isWritable()) {
            return;
        }
        long early = nextRead - System.nanoTime();
        if (early > 0) {
            waiting = socket.schedule(Duration.ofNanos(early).plusMillis(1), () -> {
                waiting = null;
                resume();
            });
            return;
        }
        reading = true;
        pending.set(false);
        sockets.execute(() -> {
            SubscriptionResult answer = readAgain();
            socket.inLoop(() -> proceed(answer));
        });
    }

    private SubscriptionResult readAgain() {
        sockets.readers().acquireUninterruptibly();
        try {
            return over
                    ? SubscriptionResult.later(Duration.ZERO)
                    : run(sockets.runner().prepare(request, credentials));
        } catch (Problem problem) {
            return SubscriptionResult.of(GraphQLResponse.refused(problem), sockets.writer());
        } catch (RuntimeException | Error unexpected) {
            return SocketRegistry.isUnreachable(unexpected)
                    ? SubscriptionResult.later(AFTER_OUTAGE)
                    : SubscriptionResult.of(sockets.runner().failed(unexpected), sockets.writer());
        } finally {
            sockets.readers().release();
        }
    }

    private void proceed(SubscriptionResult answer) {
        reading = false;
        if (over) {
            socket.abandonedEnded();
            return;
        }
        if (answer.isUnauthenticated()) {
            socket.close(SocketClose.forbidden("The API key is unknown, revoked or expired"));
        } else if (answer.pause() != null) {
            pending.set(true);
            rest(answer.pause());
        } else if (!answer.hasData()) {
            // It was begun, so its end is not told by `error`, which is for what never began.
            socket.send(id, "next", answer.body());
            complete();
        } else if (Arrays.equals(answer.digest(), sent)) {
            rest(sockets.settings().subscriptionInterval());
        } else if (socket.isWritable()) {
            send(answer);
            rest(sockets.settings().subscriptionInterval());
        } else {
            // What is newest when the client reads again is read then.
            pending.set(true);
        }
    }

    private SubscriptionResult run(OperationRunner.Prepared prepared) {
        return SubscriptionResult.of(
                sockets.runner().run(prepared, handshake, credentials, Transport.SOCKET, this::watch),
                sockets.writer());
    }

    private void send(SubscriptionResult answer) {
        sent = answer.digest();
        socket.send(id, "next", answer.body());
    }

    /** Waits until the next look at a change, and at the latest until rights or days may have ended. */
    private void rest(Duration pause) {
        nextRead = System.nanoTime() + pause.toNanos();
        if (refreshing != null) {
            refreshing.cancel(false);
        }
        refreshing = socket.schedule(sockets.settings().subscriptionRefresh(), this::changed);
        resume();
    }

    /** Called while a value is being read. Each thing is watched once. */
    private void watch(String topic, UUID organization) {
        synchronized (watches) {
            if (!over) {
                watches.computeIfAbsent(topic + ' ' + organization, any -> {
                    // The snapshot of this read is older than the watch.
                    pending.set(true);
                    return sockets.changes().watch(topic, organization, this::changed);
                });
            }
        }
    }

    private void complete() {
        socket.send(id, "complete", null);
        end();
    }

    private void end() {
        socket.ended(this);
        cancel();
    }

    /** Nothing more is sent, and nothing is watched. */
    void cancel() {
        synchronized (watches) {
            over = true;
            watches.values().forEach(Changes.Watch::close);
            watches.clear();
        }
        if (waiting != null) {
            waiting.cancel(false);
        }
        if (refreshing != null) {
            refreshing.cancel(false);
        }
    }
}
