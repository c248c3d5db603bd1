package dev.pulsegraph.traffic;

/** How often something was clicked. */
record ClickTargetStats(String target, ClickCategory category, int clicks) {}
