package dev.pulsegraph.graphql;

import dev.pulsegraph.database.Callers;
import dev.pulsegraph.database.Changes;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.request.StrictJson;
import dev.pulsegraph.security.Authenticator;
import dev.pulsegraph.security.Credentials;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of this node, and what each of them needs. When the node stops they are the first to be told, before
 * the server closes what it takes for idle.
 */
@Context
@Order(Ordered.HIGHEST_PRECEDENCE)
class SocketRegistry implements GracefulShutdownCapable {
    private final OperationRunner runner;
    private final OperationTransaction transaction;
    private final Callers callers;
    private final Authenticator authenticator;
    private final Changes changes;
    private final StrictJson strictJson;
    private final Json json;
    private final ResponseWriter writer;
    private final SocketSettings settings;
    private final Clock clock;
    private final ExecutorService executor;
    private final Semaphore readers;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> connections = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    SocketRegistry(
            OperationRunner runner,
            OperationTransaction transaction,
            Callers callers,
            Authenticator authenticator,
            Changes changes,
            StrictJson strictJson,
            Json json,
            ResponseWriter writer,
            SocketSettings settings,
            Clock clock,
            MeterRegistry meters,
            @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.runner = runner;
        this.transaction = transaction;
        this.callers = callers;
        this.authenticator = authenticator;
        this.changes = changes;
        this.strictJson = strictJson;
        this.json = json;
        this.writer = writer;
        this.settings = settings;
        this.clock = clock;
        this.executor = executor;
        this.readers = new Semaphore(settings.subscriptionConcurrency(), true);
        Gauge.builder("gql.sockets", open, Set::size)
                .description("Open WebSocket connections")
                .register(meters);
        Gauge.builder("gql.subscriptions", changes, Changes::watched)
                .description("What subscriptions wait for changes of")
                .register(meters);
        Gauge.builder("gql.sockets.unread", open, SocketRegistry::unread)
                .description("Bytes that were sent, and that clients have not let come")
                .baseUnit("bytes")
                .register(meters);
    }

    OperationRunner runner() {
        return runner;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    Callers callers() {
        return callers;
    }

    Changes changes() {
        return changes;
    }

    StrictJson strictJson() {
        return strictJson;
    }

    Json json() {
        return json;
    }

    ResponseWriter writer() {
        return writer;
    }

    SocketSettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    /** Has something done in a virtual thread, which may wait. */
    void execute(Runnable work) {
        executor.execute(work);
    }

    Semaphore readers() {
        return readers;
    }

    /** A connection lasts, so it is asked now whether its key is still one, and there is a database to ask. */
    void check(Credentials credentials) {
        if (credentials instanceof Credentials.Key) {
            transaction.read(credentials, caller -> Optional.empty());
        }
    }

    static boolean isUnreachable(Throwable thrown) {
        return SqlProblems.isUnreachable(thrown);
    }

    void opened(Socket socket) {
        open.add(socket);
        if (stopping) {
            socket.close(SocketClose.GOING_AWAY);
        }
    }

    /** Whether the caller may have one more connection. */
    boolean admit(Credentials credentials) {
        boolean[] admitted = {false};
        connections.compute(credentials.label(), (label, count) -> {
            int before = count == null ? 0 : count;
            admitted[0] = before < settings.maxConnections();
            return admitted[0] ? Integer.valueOf(before + 1) : count;
        });
        return admitted[0];
    }

    void closed(Socket socket, @Nullable Credentials admitted) {
        open.remove(socket);
        if (admitted != null) {
            connections.computeIfPresent(admitted.label(), (label, count) -> count == 1 ? null : count - 1);
        }
    }

    @EventListener
    void stop(ShutdownEvent event) {
        closeAll();
    }

    @Override
    public CompletionStage<?> shutdownGracefully() {
        closeAll();
        return GracefulShutdownCapable.allOf(open.stream().map(Socket::ended));
    }

    @Override
    public OptionalLong reportActiveTasks() {
        return OptionalLong.of(open.size());
    }

    private void closeAll() {
        stopping = true;
        open.forEach(socket -> socket.close(SocketClose.GOING_AWAY));
    }

    private static double unread(Set<Socket> sockets) {
        return sockets.stream().mapToLong(Socket::unread).sum();
    }
}
