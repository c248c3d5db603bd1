package dev.pulsegraph.security;

import dev.pulsegraph.problem.Problem;
import java.util.UUID;

/** On whose behalf the running transaction acts. */
public sealed interface Caller {
    boolean operator();

    record User(UUID id, boolean operator) implements Caller {}

    record Key(UUID id, UUID organizationId) implements Caller {
        @Override
        public boolean operator() {
            return false;
        }
    }

    /** The user; a key may not do what only people do. */
    default User requireUser() {
        if (this instanceof User user) {
            return user;
        }
        throw Problem.forbidden("Only a user can do this, not an API key.");
    }

    default void requireOperator() {
        if (!operator()) {
            throw Problem.forbidden("Only an operator can do this: a token whose claim `roles` contains `operator`.");
        }
    }
}
