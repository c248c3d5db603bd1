package dev.pulsegraph.traffic;

import java.time.Instant;

/** What one contact did. */
record ContactStats(String contactId, int sessions, int pageViews, int clicks, Instant firstVisit, Instant lastVisit) {}
