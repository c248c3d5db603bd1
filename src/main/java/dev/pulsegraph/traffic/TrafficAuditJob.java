package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Recounts random days from raw events, and sets rollups right that differ. */
@Singleton
class TrafficAuditJob implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficAuditJob.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int SAMPLED = 20;

    private final TrafficUpkeepRepository repository;
    private final TrafficUpkeep upkeep;
    private final OperationTransaction transaction;
    private final Counter drift;

    TrafficAuditJob(
            TrafficUpkeepRepository repository,
            TrafficUpkeep upkeep,
            OperationTransaction transaction,
            MeterRegistry meters) {
        this.repository = repository;
        this.upkeep = upkeep;
        this.transaction = transaction;
        this.drift = Counter.builder("pulsegraph.traffic.drift")
                .description("Rows of traffic that differed from a recount of raw events, and were set right")
                .register(meters);
    }

    @Override
    public String name() {
        return "traffic.audit";
    }

    @Override
    public String description() {
        return "Recounts random days from raw events, and sets rollups right that differ.";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(1);
    }

    @Override
    public String run() {
        int rows = 0;
        List<TrafficUpkeepRepository.Sample> days = transaction.asWorker(TIMEOUT, () -> repository.pickDays(SAMPLED));
        for (TrafficUpkeepRepository.Sample day : days) {
            TrafficDrift found = transaction.asWorker(TIMEOUT, () -> upkeep.recount(day.organization(), day.date()));
            if (found.rows() > 0) {
                LOG.error(
                        "Traffic of organization {} on {} differed from a recount and was set right: {}",
                        day.organization(),
                        day.date(),
                        found.tables());
                rows += found.rows();
            }
        }
        drift.increment(rows);
        return "Recounted " + days.size() + " days; " + rows + " rows differed"
                + (rows == 0 ? "." : " and were set right.");
    }
}
