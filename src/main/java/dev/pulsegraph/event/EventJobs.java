package dev.pulsegraph.event;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps events in order. */
@Factory
class EventJobs {

    @Singleton
    Job drainInbox(EventInbox inbox) {
        return new Job(
                "traffic.inbox",
                "Takes in events that were told by SQL, through analytics.analytics_events and events.",
                Duration.ofSeconds(15),
                () -> "Took in " + inbox.drain() + " events.");
    }

    @Singleton
    Job pruneRejected(RejectedEventRepository rejectedEvents, OperationTransaction transaction) {
        return new Job(
                "traffic.rejects",
                "Deletes rejected events that were received more than 7 days ago.",
                Duration.ofHours(6),
                () -> "Deleted " + transaction.asWorker(Duration.ofMinutes(1), rejectedEvents::prune)
                        + " rejected events.");
    }

    @Singleton
    Job pruneVisitorSecrets(VisitorSecretRepository secrets, OperationTransaction transaction) {
        return new Job(
                "traffic.secrets",
                "Deletes what visitors without storage were hashed with on days that ended more than 2 hours ago.",
                Duration.ofHours(1),
                () -> "Deleted the secrets of " + transaction.asWorker(Duration.ofMinutes(1), secrets::prune)
                        + " days.");
    }
}
