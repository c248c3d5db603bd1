package dev.pulsegraph.metric;

import java.time.Instant;

/** The newest value of a metric on one platform. */
record PlatformValue(String platform, double value, Instant recordedAt) {}
