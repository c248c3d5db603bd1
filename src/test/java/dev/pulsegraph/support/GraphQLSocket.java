package dev.pulsegraph.support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection in the protocol {@code graphql-transport-ws}, from the client's side, that says only what it is told to. */
public final class GraphQLSocket implements AutoCloseable, WebSocket.Listener {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Json json;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    private GraphQLSocket(Json json, URI address, @Nullable String authorization, List<String> subprotocols) {
        this.json = json;
        var builder = HTTP.newWebSocketBuilder();
        if (authorization != null) {
            builder.header("Authorization", authorization);
        }
        if (!subprotocols.isEmpty()) {
            builder.subprotocols(
                    subprotocols.getFirst(),
                    subprotocols.subList(1, subprotocols.size()).toArray(String[]::new));
        }
        socket = builder.buildAsync(address, this).join();
    }

    /** Connects and says nothing. */
    public static GraphQLSocket open(Api api, Json json) {
        return open(api, json, null, "graphql-transport-ws");
    }

    public static GraphQLSocket open(Api api, Json json, @Nullable String authorization, String... subprotocols) {
        return new GraphQLSocket(json, socketAddress(api.uri("/graphql")), authorization, List.of(subprotocols));
    }

    /** Connects to a server in another process and says nothing. */
    public static GraphQLSocket open(URI graphql, Json json) {
        return new GraphQLSocket(json, socketAddress(graphql), null, List.of("graphql-transport-ws"));
    }

    private static URI socketAddress(URI graphql) {
        return URI.create(graphql.toString().replaceFirst("^http", "ws"));
    }

    /** Connects, says who it is, and is acknowledged. */
    public static GraphQLSocket ready(Json json, Api.As somebody) {
        GraphQLSocket socket = open(somebody.api(), json);
        socket.init(Map.of("Authorization", "Bearer " + somebody.bearer()));
        socket.expect("connection_ack");
        return socket;
    }

    public void send(String message) {
        socket.sendText(message, true).join();
    }

    public void send(Map<String, ?> message) {
        send(json.line(message));
    }

    /** A message in several frames. */
    public void sendInPieces(String message, int size) {
        for (int from = 0; from < message.length(); from += size) {
            int to = Math.min(message.length(), from + size);
            socket.sendText(message.substring(from, to), to == message.length()).join();
        }
    }

    public void sendBinary(byte[] message) {
        socket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    public void init(Map<String, ?> payload) {
        send(Map.of("type", "connection_init", "payload", payload));
    }

    public void subscribe(String id, String query) {
        subscribe(id, query, Map.of());
    }

    public void subscribe(String id, String query, Map<String, ?> variables) {
        send(Map.of("id", id, "type", "subscribe", "payload", Map.of("query", query, "variables", variables)));
    }

    public void complete(String id) {
        send(Map.of("id", id, "type", "complete"));
    }

    /** The next message, which must be of one of these types. */
    public Message expect(String... types) {
        Message message = next(TIMEOUT);
        if (message == null || !List.of(types).contains(message.type())) {
            throw new AssertionError(
                    "expected " + List.of(types) + ", and there came " + message + ", and the end " + end());
        }
        return message;
    }

    /** The next message; null when none comes in time. */
    public @Nullable Message next(Duration timeout) {
        try {
            String text = messages.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return text == null || !(json.read(text) instanceof Map<?, ?> message) ? null : new Message(text, message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All that comes until the time is over. */
    public List<Message> during(Duration time) {
        List<Message> all = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            Message message = next(Duration.ofNanos(left));
            if (message != null) {
                all.add(message);
            }
        }
        return all;
    }

    /** How the server closed it. */
    public Closed awaitClose() {
        try {
            return closed.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not closed, and these came: " + messages, e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    /** Says good-bye and answers what the server said to it. */
    public Closed bye() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "Normal Closure").join();
        return awaitClose();
    }

    private String end() {
        return closed.isDone() ? closed.join().toString() : "has not come";
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            messages.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(new Closed(code, reason));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(new Closed(Closed.ABNORMAL, String.valueOf(error)));
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** How a connection ended. */
    public record Closed(int code, String reason) {
        /** There was no word of it. */
        public static final int ABNORMAL = 1006;
    }

    /** A message of the server. */
    public record Message(String text, Map<?, ?> body) {
        public String type() {
            return String.valueOf(body.get("type"));
        }

        public String id() {
            return String.valueOf(body.get("id"));
        }

        /** The value at a path such as {@code payload.data.tick.number}; null where there is none. */
        public @Nullable Object at(String path) {
            Object value = body;
            for (String step : path.split("\\.")) {
                value = switch (value) {
                    case Map<?, ?> map -> map.get(step);
                    case List<?> list -> list.get(Integer.parseInt(step));
                    case null -> null;
                    default -> null;
                };
            }
            return value;
        }
    }
}
