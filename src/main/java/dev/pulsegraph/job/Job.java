package dev.pulsegraph.job;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Work that is done again and again, on one node at a time. A feature offers its jobs as beans of one factory. A job opens
 * its own transactions with {@code OperationTransaction.asWorker}. It must bear being broken off and begun anew: the run of
 * a node that died is taken over by another.
 *
 * @param name the feature and what is done, in lower case, such as {@code metrics.archive}
 * @param description what it does, in a sentence for operators
 * @param interval how long after the last start the next is due
 * @param work does it and says in a sentence what was done, such as {@code Made 3 partitions.}
 */
public record Job(String name, String description, Duration interval, Supplier<String> work) {

    public String run() {
        return work.get();
    }
}
