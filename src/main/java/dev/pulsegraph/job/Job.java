package dev.pulsegraph.job;

import java.time.Duration;

/**
 * Work that is done again and again, on one node at a time. A feature offers it as a bean, which opens its own
 * transactions with {@code OperationTransaction.asWorker}. It must bear being broken off and begun anew: the run of a
 * node that died is taken over by another.
 */
public interface Job {
    /** The feature and what is done, in lower case, such as {@code metrics.archive}. */
    String name();

    /** What it does, in a sentence for operators. */
    String description();

    /** How long after the last start the next is due. */
    Duration interval();

    /** Does the work and says in a sentence what was done, such as {@code Made 3 partitions.} */
    String run();
}
