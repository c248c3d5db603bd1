package dev.pulsegraph.traffic;

/** What happened in a period. Each of its fields is read when it is asked for. */
record DailyStats(TrafficPeriod period) {}
