package dev.pulsegraph.organization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.database.Profiles;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** Makes a profile for whoever comes with a good token for the first time, and keeps it in step with the token's claims. */
@Singleton
class UserProfiles implements Profiles {
    private final UserRepository users;
    private final Cache<UUID, Credentials.Token> saved = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    UserProfiles(UserRepository users) {
        this.users = users;
    }

    @Override
    public boolean isKnown(Credentials.Token token) {
        Credentials.Token known = saved.getIfPresent(token.userId());
        return known != null
                && Objects.equals(known.name(), token.name())
                && Objects.equals(known.email(), token.email());
    }

    @Override
    public void save(Credentials.Token token) {
        users.save(token.userId(), token.name(), token.email());
        saved.put(token.userId(), token);
    }
}
