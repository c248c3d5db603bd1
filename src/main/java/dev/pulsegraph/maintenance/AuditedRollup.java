package dev.pulsegraph.maintenance;

import java.util.List;

/** Figures that are compared with a recount of what they are made of. */
public interface AuditedRollup {

    String name();

    /**
     * Counts a sample again, in transactions of its own, and sets right what differs.
     *
     * @param sample how many random parts are counted
     * @return what differed, in a phrase each
     */
    List<String> audit(int sample);
}
