package dev.pulsegraph.database;

import dev.pulsegraph.security.Authenticator;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Who is calling, asked before anything else of a request is looked at. */
@Singleton
public class Callers {
    private final Authenticator authenticator;
    private final KeyDirectory keys;

    Callers(Authenticator authenticator, KeyDirectory keys) {
        this.authenticator = authenticator;
        this.keys = keys;
    }

    /** What the header {@code Authorization} says: a token that holds, or a key that there is; else UNAUTHENTICATED. It may wait. */
    public Credentials accepted(@Nullable String authorization) {
        Credentials credentials = authenticator.authenticate(authorization);
        keys.require(credentials);
        return credentials;
    }
}
