package dev.pulsegraph.chat;

import java.util.Locale;

/** Who says something. */
public enum MessageRole {
    USER,
    ASSISTANT,
    SYSTEM;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
