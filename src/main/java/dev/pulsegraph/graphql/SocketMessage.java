package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client says, in the protocol {@code graphql-transport-ws}. */
sealed interface SocketMessage {
    record Init(Map<?, ?> payload) implements SocketMessage {

        /** What may be here in place of the header of the handshake; null when there is nothing. */
        @Nullable
        String authorization() {
            for (String name : new String[] {"Authorization", "authorization"}) {
                if (payload.get(name) instanceof String header) {
                    return header;
                }
            }
            return payload.get("token") instanceof String token ? "Bearer " + token : null;
        }
    }

    record Ping() implements SocketMessage {}

    record Pong() implements SocketMessage {}

    record Subscribe(String id, GraphQLRequest request) implements SocketMessage {}

    record Complete(String id) implements SocketMessage {}

    /** What was said; anything but a message of the protocol is {@link Unreadable}. */
    static SocketMessage read(StrictJson json, byte[] utf8) throws Unreadable {
        Object parsed;
        try {
            parsed = json.readDistinct(utf8);
        } catch (CharacterCodingException notUtf8) {
            throw new Unreadable(SocketClose.NOT_UTF8);
        } catch (IOException notJson) {
            throw new Unreadable(SocketClose.invalid("The message is not JSON"));
        }
        if (!(parsed instanceof Map<?, ?> message) || !(message.get("type") instanceof String type)) {
            throw new Unreadable(SocketClose.invalid("The message is not a JSON object with a `type`"));
        }
        return switch (type) {
            case "connection_init" -> new Init(payload(message));
            case "ping" -> {
                payload(message);
                yield new Ping();
            }
            case "pong" -> {
                payload(message);
                yield new Pong();
            }
            case "subscribe" -> new Subscribe(id(message), request(message));
            case "complete" -> new Complete(id(message));
            default -> throw new Unreadable(SocketClose.invalid("There is no message of this type"));
        };
    }

    private static Map<?, ?> payload(Map<?, ?> message) throws Unreadable {
        return switch (message.get("payload")) {
            case Map<?, ?> payload -> payload;
            case null -> Map.of();
            default -> throw new Unreadable(SocketClose.invalid("`payload` must be an object"));
        };
    }

    private static GraphQLRequest request(Map<?, ?> message) throws Unreadable {
        if (!(message.get("payload") instanceof Map<?, ?> payload)) {
            throw new Unreadable(SocketClose.invalid("`payload` must be an object with `query`"));
        }
        try {
            return GraphQLRequest.of(payload);
        } catch (Problem problem) {
            throw new Unreadable(SocketClose.invalid(String.valueOf(problem.getMessage())));
        }
    }

    private static String id(Map<?, ?> message) throws Unreadable {
        if (message.get("id") instanceof String id && !id.isEmpty()) {
            return id;
        }
        throw new Unreadable(SocketClose.invalid("`id` must be a string that is not empty"));
    }

    /** Ends the connection. */
    final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient SocketClose close;

        Unreadable(SocketClose close) {
            super(close.reason(), null, false, false);
            this.close = close;
        }

        SocketClose close() {
            return close;
        }
    }
}
