package dev.pulsegraph.database;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/**
 * How the server logs in to a database of your own; the pool has more settings.
 *
 * @param url where it is; none: the embedded one
 */
@ConfigurationProperties("datasources.default")
record ServerAccount(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return username + " at " + url;
    }
}
