package dev.pulsegraph.database;

/**
 * What an operation wants of the database.
 *
 * @param heavy whether it may keep a connection for long, and shares the few that are for such
 * @param patient whether it waits for its turn as long as it takes: its number is bounded by whoever asks
 */
public record Demand(boolean heavy, boolean patient) {
    public static final Demand LIGHT = new Demand(false, false);
    public static final Demand HEAVY = new Demand(true, false);
    /** Of what comes one after the other, each when the one before is done. */
    public static final Demand PATIENT = new Demand(false, true);
}
