package dev.pulsegraph.maintenance;

import java.util.UUID;

/** Figures of local days, which an organization that moves to another time zone needs anew. */
public interface LocalDayRollup {

    /** As in {@code local_day_rollups}. */
    String name();

    /** Rebuilds the days of an organization, in the running transaction of the worker; false when they are of its zone. */
    boolean rebuild(UUID organization);
}
