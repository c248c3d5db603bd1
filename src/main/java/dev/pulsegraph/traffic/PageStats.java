package dev.pulsegraph.traffic;

/** How often pages of a type were viewed. */
record PageStats(String pageType, int views) {}
