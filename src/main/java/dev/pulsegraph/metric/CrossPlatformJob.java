package dev.pulsegraph.metric;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Compares platforms anew on the days whose metrics changed. */
@Singleton
class CrossPlatformJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final MetricUpkeepRepository upkeep;
    private final OperationTransaction transaction;

    CrossPlatformJob(MetricUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "metrics.crossplatform";
    }

    @Override
    public String description() {
        return "Compares platforms anew on the days whose metrics changed.";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public String run() {
        int days = 0;
        for (MetricUpkeepRepository.Changed changed : transaction.asWorker(TIMEOUT, upkeep::listChanged)) {
            int done;
            do {
                done = transaction.asWorker(TIMEOUT, () -> upkeep.refresh(changed.organizationId(), changed.metric()));
                days += done;
            } while (done > 0);
        }
        return "Compared platforms on " + days + " days of metrics.";
    }
}
