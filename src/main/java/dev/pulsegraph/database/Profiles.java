package dev.pulsegraph.database;

import dev.pulsegraph.security.Credentials;

/** The profiles of users: whoever comes with a good token has one. The feature that has users offers it. */
public interface Profiles {
    /** Whether the profile is known to say what the token says. */
    boolean isKnown(Credentials.Token token);

    /** Makes the profile, or brings it in step with the claims of the token. Called as the server's own work. */
    void save(Credentials.Token token);
}
