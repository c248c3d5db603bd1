package dev.pulsegraph.security;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a request came with. A token proves itself; a key is checked by the transaction that acts for it. */
public sealed interface Credentials {
    /** A name for limits and logs; it tells no secret. */
    String label();

    /**
     * A token whose signature, times, issuer and audience hold.
     *
     * @param userId the claim {@code sub}
     * @param operator whether the claim {@code roles} holds {@code operator}
     */
    record Token(
            UUID userId, @Nullable String name, @Nullable String email, boolean operator) implements Credentials {
        @Override
        public String label() {
            return "user:" + userId;
        }
    }

    /** An API key, by the SHA-256 of its secret in hexadecimal. */
    record Key(String sha256) implements Credentials {
        /** What is said of a key that is none; it tells no more. */
        public static Problem unknown() {
            return Problem.of(
                    ErrorCode.UNAUTHENTICATED, "The API key was not accepted: it is unknown, revoked or expired.");
        }

        @Override
        public String label() {
            return "key:" + sha256.substring(0, 16);
        }
    }
}
