package dev.pulsegraph.graphql;

import dev.pulsegraph.security.Sha256;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of an operation answered, as it is sent.
 *
 * @param body the answer as JSON
 * @param digest of all but the extensions, which tell of the run and not of what was asked
 * @param errors those of the answer, as JSON; null when there is none
 * @param hasData whether something was answered besides errors
 * @param isExecuted whether it came to be answered at all, and was not refused before
 * @param isUnauthenticated whether the caller is nobody any more
 * @param pause how long to wait before it is run again, when nothing was found out for a passing reason
 */
@SuppressWarnings("ArrayRecordComponent")
record SubscriptionResult(
        byte[] body,
        byte[] digest,
        byte @Nullable [] errors,
        boolean hasData,
        boolean isExecuted,
        boolean isUnauthenticated,
        @Nullable Duration pause) {

    static SubscriptionResult of(GraphQLResponse response, ResponseWriter writer) {
        Map<String, Object> body = response.body().getSpecification();
        Map<String, Object> lasting = new LinkedHashMap<>(body);
        lasting.remove("extensions");
        try (GraphQLResponse.Room room = response.room()) {
            byte[] written = writer.bytes(room, body);
            return new SubscriptionResult(
                    written,
                    Sha256.of(lasting.size() == body.size() ? written : writer.bytes(room, lasting)),
                    body.get("errors") instanceof List<?> errors ? writer.bytes(room, errors) : null,
                    body.get("data") != null,
                    body.containsKey("data"),
                    response.status() == GraphQLResponse.UNAUTHORIZED,
                    response.retryAfterSeconds() == null ? null : Duration.ofSeconds(response.retryAfterSeconds()));
        }
    }

    static SubscriptionResult later(Duration pause) {
        return new SubscriptionResult(new byte[0], new byte[0], null, false, false, false, pause);
    }
}
