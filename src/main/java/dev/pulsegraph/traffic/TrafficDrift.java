package dev.pulsegraph.traffic;

/**
 * What differed from a recount, and was set right.
 *
 * @param rows how many rows did
 * @param tables how many of which table
 */
record TrafficDrift(int rows, String tables) {
    static final TrafficDrift NONE = new TrafficDrift(0, "");
}
