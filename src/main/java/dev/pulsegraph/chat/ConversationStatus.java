package dev.pulsegraph.chat;

import java.util.Locale;

/** How far a conversation is. */
public enum ConversationStatus {
    ACTIVE,
    WAITING,
    RESOLVED,
    CLOSED;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nobody is expected to say more. */
    boolean isEnd() {
        return this == RESOLVED || this == CLOSED;
    }
}
