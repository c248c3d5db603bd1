package dev.pulsegraph.similarity;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps similarity in order. */
@Factory
class SimilarJobs {

    @Singleton
    Job pruneChanges(VectorRepository vectors, OperationTransaction transaction) {
        return new Job(
                "embeddings.changes",
                "Deletes records of changed vectors that were seen more than 4 hours ago.",
                Duration.ofHours(1),
                () -> "Deleted " + transaction.asWorker(Duration.ofMinutes(1), vectors::prune) + " records.");
    }
}
