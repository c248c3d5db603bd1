package dev.pulsegraph.job;

import dev.pulsegraph.database.OperationTransaction;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps the records of jobs in order. */
@Factory
class JobRunJobs {
    @Singleton
    Job prune(JobRunRepository runs, OperationTransaction transaction) {
        return new Job(
                "jobs.prune",
                "Deletes the records of jobs that ran more than 30 days ago.",
                Duration.ofDays(1),
                () -> "Deleted " + transaction.asWorker(Duration.ofMinutes(1), runs::prune) + " records.");
    }
}
