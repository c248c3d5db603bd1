package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Forgets rejected events after 7 days. */
@Singleton
class IngestRejectJob implements Job {
    private final IngestRejectRepository rejects;
    private final OperationTransaction transaction;

    IngestRejectJob(IngestRejectRepository rejects, OperationTransaction transaction) {
        this.rejects = rejects;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "traffic.rejects";
    }

    @Override
    public String description() {
        return "Deletes rejected events that were received more than 7 days ago.";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(6);
    }

    @Override
    public String run() {
        return "Deleted " + transaction.asWorker(Duration.ofMinutes(1), rejects::prune) + " rejected events.";
    }
}
