package dev.pulsegraph.privacy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.Demand;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.TextStream;
import dev.pulsegraph.http.HttpProblem;
import dev.pulsegraph.request.ErrorBody;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes what is kept of a visitor, line by line, of one snapshot. */
@Singleton
class VisitorExporter {
    private final OperationTransaction transaction;
    private final TextStream stream;
    private final PrivacyRequestRepository requests;
    private final HttpProblem.Reader failures;
    private final Json json;

    VisitorExporter(
            OperationTransaction transaction,
            TextStream stream,
            PrivacyRequestRepository requests,
            HttpProblem.Reader failures,
            Json json) {
        this.transaction = transaction;
        this.stream = stream;
        this.requests = requests;
        this.failures = failures;
        this.json = json;
    }

    void export(Credentials credentials, Request request, LineQueue lines) {
        try {
            Map<String, Long> counts = transaction.read(credentials, Demand.HEAVY, caller -> write(request, lines));
            end(credentials, request, PrivacyRequestStatus.COMPLETED, counts);
            lines.add(json.bytes(Map.of("done", true, "lines", counts)));
            lines.end();
        } catch (RuntimeException failure) {
            lines.fail(failure, json.bytes(ErrorBody.error(failures.of(failure).problem())));
            end(credentials, request, PrivacyRequestStatus.FAILED, Map.of());
        }
    }

    private Map<String, Long> write(Request request, LineQueue lines) {
        Map<String, Long> counts = new LinkedHashMap<>();
        VisitorLines.QUERIES.forEach((kind, sql) -> counts.put(
                kind,
                stream.read(
                        sql,
                        Map.of("organization", request.organization(), "visitor", request.visitor()),
                        line -> lines.add(line.getBytes(StandardCharsets.UTF_8)))));
        return counts;
    }

    private void end(Credentials credentials, Request request, PrivacyRequestStatus status, Map<String, Long> counts) {
        transaction.write(
                credentials,
                caller -> {
                    requests.endExport(
                            request.organization(),
                            request.id(),
                            status.name().toLowerCase(Locale.ROOT),
                            json.text(counts));
                    return status;
                },
                any -> true);
    }

    /**
     * An export that was recorded.
     *
     * @param visitor as events show it
     */
    record Request(UUID organization, UUID id, String visitor) {
        static Request of(UUID organization, @Nullable String visitor) {
            return new Request(
                    organization,
                    UuidCreator.getTimeOrderedEpoch(),
                    VisitorName.checked(visitor == null ? "" : visitor));
        }
    }
}
