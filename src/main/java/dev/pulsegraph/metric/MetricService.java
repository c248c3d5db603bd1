package dev.pulsegraph.metric;

import dev.pulsegraph.database.Copy;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Rejection;
import dev.pulsegraph.time.TimeRange;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes metrics, in the one transaction of the operation. */
@Singleton
class MetricService {
    private static final String COPY =
            "copy pg_temp.metric_batch (position, metric, entity_type, entity_id, platform, value, recorded_at, metadata) from stdin";

    private final MetricRepository metrics;
    private final OrganizationRepository organizations;
    private final Copy copy;
    private final JsonMapper json;

    MetricService(MetricRepository metrics, OrganizationRepository organizations, Copy copy, JsonMapper json) {
        this.metrics = metrics;
        this.organizations = organizations;
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
        return metrics.listDefinitions(List.of(input.organization())).stream()
                .filter(definition -> definition.name().equals(input.name()))
                .findAny()
                .orElseThrow();
    }

    /**
     * Writes samples by COPY and one call.
     *
     * @param samples those that could be read
     * @param unreadable the rejections of the others
     */
    RecordMetricsPayload record(UUID organization, List<MetricSample> samples, List<Rejection> unreadable) {
        organizations.requireVisible(organization);
        metrics.beginBatch();
        copy.send(COPY, samples.stream().map(MetricService::row));
        MetricRepository.Taken taken = metrics.take(organization);
        List<Rejection> refused = Rejection.list(json, taken.rejected());
        return new RecordMetricsPayload(
                taken.written(),
                samples.size() - refused.size() - taken.written(),
                Rejection.inOrder(unreadable, refused));
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

    private static List<@Nullable String> row(MetricSample sample) {
        return Arrays.asList(
                Integer.toString(sample.index()),
                sample.metric(),
                sample.entityType().stored(),
                sample.entityId().toString(),
                sample.platform(),
                sample.value().toPlainString(),
                sample.recordedAt().toString(),
                sample.metadata());
    }
}
