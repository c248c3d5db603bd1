package dev.pulsegraph.security;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
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
        String secret = authorization.substring(BEARER.length()).trim();
        return secret.startsWith(Secret.API_KEY)
                ? new Credentials.Key(new Secret(secret).sha256())
                : tokens.verify(secret);
    }
}
