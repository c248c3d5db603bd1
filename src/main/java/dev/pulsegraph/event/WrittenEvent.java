package dev.pulsegraph.event;

/**
 * An event that was written.
 *
 * @param visitor whom it counts as: its visitor, or the canonical one of all that are the same
 */
public record WrittenEvent(TrackedEvent event, String visitor) {}
