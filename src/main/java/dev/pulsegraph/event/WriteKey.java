package dev.pulsegraph.event;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the API key of a request: the user of basic authentication, a bearer, or {@code writeKey} of the body. */
final class WriteKey {
    private WriteKey() {}

    static Credentials.Key of(@Nullable String authorization, @Nullable Object writeKey) {
        return find(authorization, writeKey)
                .orElseThrow(() -> Problem.of(
                        ErrorCode.UNAUTHENTICATED,
                        "Send an API key (`" + Secret.API_KEY + "…`, with the scope INGEST): as the user of basic"
                                + " authentication, as `Authorization: Bearer …`, or as `writeKey` in the body."));
    }

    /** The key that was presented, be it good or not. */
    static Optional<Credentials.Key> find(@Nullable String authorization, @Nullable Object writeKey) {
        return Stream.of(
                        Optional.ofNullable(authorization).map(WriteKey::inHeader),
                        Optional.ofNullable(writeKey).map(Object::toString))
                .flatMap(Optional::stream)
                .map(String::strip)
                .filter(key -> key.startsWith(Secret.API_KEY))
                .findFirst()
                .map(key -> new Credentials.Key(new Secret(key).sha256()));
    }

    private static @Nullable String inHeader(String authorization) {
        int space = authorization.indexOf(' ');
        if (space < 0) {
            return null;
        }
        String scheme = authorization.substring(0, space);
        String value = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return value;
        }
        return scheme.equalsIgnoreCase("Basic") ? user(value) : null;
    }

    private static @Nullable String user(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? pair : pair.substring(0, colon);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
