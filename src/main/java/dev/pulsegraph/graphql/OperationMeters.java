package dev.pulsegraph.graphql;

import graphql.language.OperationDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators see of operations: how long they take, and which are slow. */
@Singleton
class OperationMeters {
    private static final Logger LOG = LoggerFactory.getLogger(OperationMeters.class);
    private static final int KNOWN_OPERATION_NAMES = 200;

    private final MeterRegistry meters;
    private final GraphQLSettings settings;
    /** Those of trusted documents. They have a place for good, and while there are any, others have none. */
    private final Set<String> trustedNames;

    private final Set<String> operationNames = ConcurrentHashMap.newKeySet();

    OperationMeters(MeterRegistry meters, GraphQLSettings settings, Documents documents) {
        this.meters = meters;
        this.settings = settings;
        this.trustedNames = documents.trustedNames();
    }

    void observe(OperationDefinition operation, boolean succeeded, Duration took, long requested, long actual) {
        String outcome = succeeded ? "success" : "failure";
        String kind = operation.getOperation().name().toLowerCase(Locale.ROOT);
        meters.timer(
                        "gql.query",
                        "gql.operation",
                        kind,
                        "gql.operation.name",
                        metricName(operation),
                        "outcome",
                        outcome)
                .record(took);
        if (took.compareTo(settings.slowOperation()) > 0) {
            LOG.warn(
                    "Slow {} {}: {} ms, cost {} requested and {} actual",
                    kind,
                    metricName(operation),
                    took.toMillis(),
                    requested,
                    actual);
        }
    }

    /** Names come from clients; only so many may become time series. */
    private String metricName(OperationDefinition operation) {
        String name = operation.getName();
        if (name == null) {
            return "anonymous";
        }
        if (!trustedNames.isEmpty()) {
            return trustedNames.contains(name) ? name : "other";
        }
        boolean mayBeNew = operationNames.size() < KNOWN_OPERATION_NAMES && name.length() <= 100;
        return operationNames.contains(name) || (mayBeNew && operationNames.add(name)) ? name : "other";
    }
}
