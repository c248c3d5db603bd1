package dev.pulsegraph.metric;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Moves months of samples past the retention into the archive. */
@Singleton
class MetricArchiveJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final MetricUpkeepRepository upkeep;
    private final OperationTransaction transaction;
    private final MetricSettings settings;

    MetricArchiveJob(MetricUpkeepRepository upkeep, OperationTransaction transaction, MetricSettings settings) {
        this.upkeep = upkeep;
        this.transaction = transaction;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "metrics.archive";
    }

    @Override
    public String description() {
        return "Moves months of samples past the retention into the archive.";
    }

    @Override
    public Duration interval() {
        return Duration.ofDays(1);
    }

    @Override
    public String run() {
        int months = transaction.asWorker(TIMEOUT, () -> upkeep.archive(settings.retention()));
        return "Archived " + months + " months.";
    }
}
