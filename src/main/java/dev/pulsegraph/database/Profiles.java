package dev.pulsegraph.database;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;

/** Makes a profile for whoever comes with a good token for the first time, and keeps it in step with the token's claims. */
@Singleton
class Profiles {
    private final ProfileRepository profiles;
    private final Cache<UUID, Credentials.Token> saved = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    Profiles(ProfileRepository profiles) {
        this.profiles = profiles;
    }

    boolean isKnown(Credentials.Token token) {
        Credentials.Token known = saved.getIfPresent(token.userId());
        return known != null
                && java.util.Objects.equals(known.name(), token.name())
                && java.util.Objects.equals(known.email(), token.email());
    }

    boolean save(Credentials.Token token) {
        profiles.save(token.userId(), token.name(), token.email());
        saved.put(token.userId(), token);
        return true;
    }
}
