package dev.pulsegraph.security;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Authorization} header: {@code Bearer} and a token or an API key. */
@Singleton
public class Authenticator {
    private static final String BEARER = "Bearer ";

    private final Tokens tokens;

    Authenticator(Tokens tokens) {
        this.tokens = tokens;
    }

    /** What the header says; without a usable one, UNAUTHENTICATED. */
    public Credentials authenticate(@Nullable String authorization) {
        if (authorization == null) {
            throw Problem.of(
                    ErrorCode.UNAUTHENTICATED,
                    "Send a token or an API key in the header `Authorization: Bearer …`. `./pulsegraph token` prints one.");
        }
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw Problem.of(ErrorCode.UNAUTHENTICATED, "The header `Authorization` must begin with `Bearer `.");
        }
        String secret = secret(authorization);
        return secret.startsWith(Secret.API_KEY)
                ? new Credentials.Key(new Secret(secret).sha256())
                : tokens.verify(secret);
    }

    /** When what {@link #authenticate} took is over; empty for a key, which is looked at each time. */
    public Optional<Instant> end(String authorization) {
        String secret = secret(authorization);
        return secret.startsWith(Secret.API_KEY) ? Optional.empty() : Optional.of(tokens.end(secret));
    }

    private static String secret(String authorization) {
        return authorization.substring(BEARER.length()).trim();
    }
}
