package dev.pulsegraph.traffic;

import dev.pulsegraph.event.ClickCategory;

/** How often something was clicked. */
record ClickTargetStats(String target, ClickCategory category, int clicks) {}
