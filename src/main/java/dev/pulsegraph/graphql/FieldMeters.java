package dev.pulsegraph.graphql;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How long resolvers and batches take. A timer is looked up once a name. */
@Singleton
class FieldMeters {
    private final MeterRegistry meters;
    private final Map<String, Timer> resolvers = new ConcurrentHashMap<>();
    private final Map<String, Timer> batches = new ConcurrentHashMap<>();

    FieldMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    /** @param coordinates of a field; null for one that takes no time */
    @Nullable
    Timer resolver(String coordinates) {
        return coordinates.endsWith(".id") || coordinates.startsWith("_")
                ? null
                : resolvers.computeIfAbsent(coordinates, field -> meters.timer("gql.resolver", "gql.field", field));
    }

    Timer batch(String name) {
        return batches.computeIfAbsent(name, batch -> meters.timer("gql.data.loader", "gql.loader.name", batch));
    }
}
