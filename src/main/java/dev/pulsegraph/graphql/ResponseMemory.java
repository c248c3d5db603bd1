package dev.pulsegraph.graphql;

import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * How much all answers that are being built may hold together: a quarter of the heap. A byte of an answer takes some eight
 * of it while it is made of values, objects and what graphql-java remembers of both. It is shared among callers as
 * {@link InFlightLimit} says, where the keys of an organization are one caller.
 */
@Singleton
class ResponseMemory {
    private static final int SHARE_OF_HEAP = 4;
    private static final int HEAP_A_BYTE = 8;

    private final InFlightLimit limit;
    private final KeyOrganizations keys;
    private final long maxBytesOfOne;

    @Inject
    ResponseMemory(GraphQLSettings settings, KeyOrganizations keys, MeterRegistry meters) {
        this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / HEAP_A_BYTE, keys, settings.maxAnswerBytes());
        Gauge.builder("gql.answers.held", limit, InFlightLimit::used)
                .description("Bytes of answers that are being built")
                .baseUnit("bytes")
                .register(meters);
    }

    ResponseMemory(long most, KeyOrganizations keys, long maxBytesOfOne) {
        this.limit = new InFlightLimit(most);
        this.keys = keys;
        this.maxBytesOfOne = Math.min(maxBytesOfOne, most / 2);
    }

    /** What one answer may hold: what the setting says, as far as the heap has room for two of them. */
    long maxBytesOfOne() {
        return maxBytesOfOne;
    }

    long used() {
        return limit.used();
    }

    /** The room of one answer, which is to be closed. */
    InFlightLimit.Share share(Credentials credentials) {
        UUID organization = keys.find(credentials);
        return limit.share(organization == null ? credentials.label() : organization.toString());
    }
}
