package dev.pulsegraph.event;

import java.util.Locale;

/** What an event tells. Pages and clicks are traffic, too; the others make no sessions. */
public enum TrackType {
    PAGE,
    CLICK,
    TRACK,
    IDENTIFY,
    GROUP,
    ALIAS;

    /** As the column {@code type} has it. */
    public String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
