package dev.pulsegraph.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whose a key is, as was found out when it was looked up: it stays so. Limits are told by it, rights are not. */
@Singleton
public class KeyOrganizations {
    private final Cache<String, UUID> known =
            Caffeine.newBuilder().maximumSize(100_000).build();

    /** Null for a user, who may be in many, and for a key that was not used on this node. */
    public @Nullable UUID find(Credentials credentials) {
        return credentials instanceof Credentials.Key ? known.getIfPresent(credentials.label()) : null;
    }

    /** Called when a key was accepted. */
    public void remember(Credentials.Key key, UUID organization) {
        known.put(key.label(), organization);
    }
}
