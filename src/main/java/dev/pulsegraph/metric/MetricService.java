package dev.pulsegraph.metric;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.database.BinaryRows;
import dev.pulsegraph.database.Copy;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.time.TimeRange;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes metrics, in the one transaction of the operation. */
@Singleton
class MetricService {
    private static final String COPY =
            "copy pg_temp.metric_batch (position, metric, entity_type, entity_id, platform, value, recorded_at, metadata) from stdin (format binary)";

    private static final int COLUMNS = 8;

    private final MetricRepository metrics;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;
    private final Copy copy;
    private final Json json;

    MetricService(
            MetricRepository metrics,
            OrganizationRepository organizations,
            OperationTransaction transaction,
            Copy copy,
            Json json) {
        this.metrics = metrics;
        this.organizations = organizations;
        this.transaction = transaction;
        this.copy = copy;
        this.json = json;
    }

    MetricDefinition define(DefineMetricInput input) {
        organizations.requireVisible(input.organization());
        Problem.requireChanged(
                metrics.define(
                        input.organization(),
                        input.name(),
                        input.unit(),
                        input.kind().name().toLowerCase(Locale.ROOT),
                        input.aggregation().stored(),
                        input.description()),
                () -> organizations.requireVisible(input.organization()));
        Map<UUID, Map<String, MetricDefinition>> defined =
                transaction.read(MetricRepository.definitions(List.of(input.organization())));
        return Objects.requireNonNull(
                defined.getOrDefault(input.organization(), Map.of()).get(input.name()));
    }

    /** Writes samples by COPY and one call. */
    BatchResult record(UUID organization, Batch<MetricSample> batch) {
        organizations.requireVisible(organization);
        metrics.createStaging();
        List<MetricSample> samples = batch.items();
        copy.send(COPY, rows(samples));
        MetricRepository.WriteResult result = metrics.write(organization);
        return batch.result(result.written(), Rejection.list(json, result.rejected()));
    }

    /** Deletes samples of an entity; no metrics, platforms or range means all of them. Answers how many. */
    int delete(
            UUID organization,
            EntityType type,
            UUID entity,
            @Nullable List<String> names,
            @Nullable List<String> platforms,
            @Nullable TimeRange range) {
        organizations.requireVisible(organization);
        return metrics.delete(
                organization,
                type.stored(),
                entity,
                names,
                platforms,
                range == null ? "-infinity" : range.from().toString(),
                range == null ? "infinity" : range.to().toString());
    }

    private static BinaryRows rows(List<MetricSample> samples) {
        var rows = new BinaryRows(COLUMNS);
        for (int position = 0; position < samples.size(); position++) {
            MetricSample sample = samples.get(position);
            rows.begin();
            rows.add(position);
            rows.add(sample.metric());
            rows.add(sample.entityType().stored());
            rows.add(sample.entityId());
            rows.add(sample.platform());
            rows.add(sample.value());
            rows.add(sample.recordedAt());
            rows.addJson(sample.metadata());
        }
        return rows;
    }
}
