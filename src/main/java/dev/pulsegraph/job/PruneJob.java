package dev.pulsegraph.job;

import dev.pulsegraph.database.OperationTransaction;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Forgets runs of jobs after 30 days. */
@Singleton
class PruneJob implements Job {
    private final JobRunRepository runs;
    private final OperationTransaction transaction;

    PruneJob(JobRunRepository runs, OperationTransaction transaction) {
        this.runs = runs;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "jobs.prune";
    }

    @Override
    public String description() {
        return "Deletes the records of jobs that ran more than 30 days ago.";
    }

    @Override
    public Duration interval() {
        return Duration.ofDays(1);
    }

    @Override
    public String run() {
        return "Deleted " + transaction.asWorker(Duration.ofMinutes(1), runs::prune) + " records.";
    }
}
