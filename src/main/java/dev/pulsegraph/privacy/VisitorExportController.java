package dev.pulsegraph.privacy;

import dev.pulsegraph.bulk.OrganizationFinder;
import dev.pulsegraph.database.Callers;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.http.HttpProblem;
import dev.pulsegraph.http.StreamedLines;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.security.Credentials;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.inject.Named;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What is kept of a visitor: {@code GET /v1/export/visitor?organization=…&visitor=…}, as NDJSON of any length. The last line has
 * the counts, or an error; what fails before the first line is answered with a status of its own.
 */
@Controller("/v1/export")
class VisitorExportController {
    /** All events of the organization are read. */
    private static final long COST = 200;

    private final VisitorExporter exporter;
    private final PrivacyRequestRepository requests;
    private final Callers callers;
    private final OperationTransaction transaction;
    private final OrganizationFinder organizations;
    private final RateLimits rateLimits;
    private final Json json;
    private final HttpProblem.Reader failures;
    private final ExecutorService executor;
    private final Scheduler threads;

    VisitorExportController(
            VisitorExporter exporter,
            PrivacyRequestRepository requests,
            Callers callers,
            OperationTransaction transaction,
            OrganizationFinder organizations,
            RateLimits rateLimits,
            Json json,
            HttpProblem.Reader failures,
            @Named(TaskExecutors.IO) ExecutorService executor) {
        this.exporter = exporter;
        this.requests = requests;
        this.callers = callers;
        this.transaction = transaction;
        this.organizations = organizations;
        this.rateLimits = rateLimits;
        this.json = json;
        this.failures = failures;
        this.executor = executor;
        this.threads = Schedulers.fromExecutorService(executor);
    }

    @Get(uri = "/visitor", produces = MediaType.ALL)
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<?> export(HttpRequest<?> http) {
        var lines = new LineQueue();
        try {
            Credentials credentials = callers.accepted(http.getHeaders().get(HttpHeaders.AUTHORIZATION));
            rateLimits.require(credentials, COST);
            VisitorExporter.Request request = begin(
                    credentials,
                    http.getParameters().get("organization"),
                    http.getParameters().get("visitor"));
            executor.execute(() -> exporter.export(credentials, request, lines));
            return StreamedLines.of(lines.next(), sink -> next(lines, sink), lines::close, threads);
        } catch (RuntimeException failure) {
            lines.close();
            HttpProblem problem = failures.of(failure);
            return problem.response(json.bytes(ErrorBody.of(problem.problem())));
        }
    }

    /** Who may is recorded, and answered before the first line. */
    private VisitorExporter.Request begin(
            Credentials credentials, @Nullable String organization, @Nullable String visitor) {
        return transaction.write(
                credentials,
                caller -> {
                    UUID found = organizations.named(caller, organization);
                    if (!organizations.has("admin", found)) {
                        throw Problem.forbiddenByRole();
                    }
                    var request = VisitorExporter.Request.of(found, visitor);
                    requests.beginExport(found, request.id(), request.visitor());
                    return request;
                },
                any -> true);
    }

    private static void next(LineQueue lines, SynchronousSink<byte[]> sink) {
        byte[] next = lines.next();
        if (next == null) {
            sink.complete();
        } else {
            sink.next(next);
        }
    }
}
