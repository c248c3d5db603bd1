package dev.pulsegraph.graphql;

import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;

/**
 * Why a connection is closed. The protocol names the codes from 4000 on; the others are those of WebSocket.
 *
 * @param reason at most 123 bytes, by WebSocket
 */
record SocketClose(int code, String reason) {
    static final SocketClose GOING_AWAY = new SocketClose(1001, "The server stops");
    static final SocketClose TOO_BIG = new SocketClose(1009, "The message is too big");
    static final SocketClose NOT_UTF8 = new SocketClose(1007, "The message is not UTF-8");
    static final SocketClose INTERNAL = new SocketClose(1011, "An internal error occurred and was logged");
    static final SocketClose UNAVAILABLE = new SocketClose(1013, "The database cannot be reached; try again later");
    static final SocketClose TOO_MANY_CONNECTIONS =
            new SocketClose(1013, "You have too many connections; try again later");
    static final SocketClose UNAUTHORIZED = new SocketClose(4401, "Unauthorized");
    static final SocketClose EXPIRED = new SocketClose(4403, "The token expired");
    static final SocketClose SUBPROTOCOL = new SocketClose(4406, "Subprotocol not acceptable");
    static final SocketClose INIT_TIMEOUT = new SocketClose(4408, "Connection initialisation timeout");
    static final SocketClose TOO_MANY_INITS = new SocketClose(4429, "Too many initialisation requests");
    private static final int LONGEST = 123;

    static SocketClose invalid(String why) {
        return new SocketClose(4400, why);
    }

    static SocketClose forbidden(String why) {
        return new SocketClose(4403, why);
    }

    static SocketClose exists(String id) {
        return new SocketClose(4409, "Subscriber for " + id + " already exists");
    }

    CloseWebSocketFrame frame() {
        return new CloseWebSocketFrame(code, truncate(reason));
    }

    /** Cut where a character begins. */
    private static String truncate(String text) {
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > LONGEST) {
                return text.substring(0, end);
            }
            end += Character.charCount(character);
        }
        return text;
    }
}
