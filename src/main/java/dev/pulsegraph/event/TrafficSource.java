package dev.pulsegraph.event;

/**
 * Where a session came from.
 *
 * @param name such as {@code google}, or a host that nobody knows; empty for a session that came directly
 * @param channel how it came, such as {@code Organic Search}; empty for the same
 */
record TrafficSource(String name, String channel) {
    static final TrafficSource DIRECT = new TrafficSource("", "");
}
