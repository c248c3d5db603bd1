package dev.pulsegraph.traffic;

import java.time.LocalDate;

/**
 * What happened on one local day.
 *
 * @param complete whether the day is over
 */
record TrafficDay(LocalDate date, int sessions, int pageViews, int clicks, int visitors, boolean complete) {}
