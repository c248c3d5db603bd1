package dev.pulsegraph.bulk;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.pulsegraph.database.Callers;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.http.HttpProblem;
import dev.pulsegraph.http.StreamedLines;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ContentEncoding;
import dev.pulsegraph.request.ErrorBody;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.request.StrictJson;
import dev.pulsegraph.security.Caller;
import dev.pulsegraph.security.Credentials;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.inject.Named;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Bulk over HTTP: {@code POST /v1/<target>}, any size, as NDJSON or CSV. The answer is NDJSON too and begins with the first
 * chunk: a line a chunk after its commit, and a last line with the sums, or with an error and the number of the line up to
 * which everything is safe. What fails before the first commit is answered with a status of its own.
 */
@Controller("/v1")
class BulkController {
    private final Map<String, BulkSink<?>> targets;
    private final Callers callers;
    private final OperationTransaction transaction;
    private final OrganizationFinder organizations;
    private final SqlProblems sqlProblems;
    private final RateLimits rateLimits;
    private final ImportLimit imports;
    private final StrictJson strictJson;
    private final Json json;
    private final HttpProblem.Reader failures;
    /** Of the system: virtual ones would have all requests wait while a body is unpacked as fast as it is read. */
    private final ExecutorService executor;
    /** The same, as Reactor has it. */
    private final Scheduler threads;

    BulkController(
            List<BulkSink<?>> targets,
            Callers callers,
            OperationTransaction transaction,
            OrganizationFinder organizations,
            SqlProblems sqlProblems,
            RateLimits rateLimits,
            ImportLimit imports,
            StrictJson strictJson,
            Json json,
            HttpProblem.Reader failures,
            @Named(TaskExecutors.IO) ExecutorService executor) {
        this.targets = targets.stream().collect(toUnmodifiableMap(BulkSink::name, Function.identity()));
        this.callers = callers;
        this.transaction = transaction;
        this.organizations = organizations;
        this.sqlProblems = sqlProblems;
        this.rateLimits = rateLimits;
        this.imports = imports;
        this.strictJson = strictJson;
        this.json = json;
        this.failures = failures;
        this.executor = executor;
        this.threads = Schedulers.fromExecutorService(executor);
    }

    @Post(uri = "/{name}", consumes = MediaType.ALL, produces = MediaType.ALL)
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<?> post(ServerHttpRequest<?> http, String name) {
        BulkImport<?> bulk = null;
        ImportLimit.Place place = null;
        try {
            Credentials credentials = callers.accepted(http.getHeaders().get(HttpHeaders.AUTHORIZATION));
            BulkSink<?> target = targets.get(name);
            if (target == null) {
                throw Problem.of(ErrorCode.NOT_FOUND, "There is nothing at this address that takes a POST.");
            }
            LineFormat format =
                    LineFormat.of(mediaType(http), target.columns(), strictJson).orElse(null);
            if (format == null) {
                return reject(HttpProblem.unsupported(
                        "Send the body as `Content-Type: " + LineFormat.ALLOWED + "`, in UTF-8."));
            }
            ContentEncoding encoding = ContentEncoding.of(http.getHeaders().get(HttpHeaders.CONTENT_ENCODING))
                    .orElse(null);
            if (encoding == null) {
                return reject(HttpProblem.unsupported("`Content-Encoding` may be gzip or identity."));
            }
            UUID organization = organization(credentials, http.getParameters().get("organization"), target.minRole());
            place = imports.take(credentials);
            bulk = begin(
                    target,
                    format,
                    new BodyPump(http.byteBody().toInputStream(), encoding),
                    credentials,
                    organization,
                    place);
            return streamed(
                    bulk, Mono.fromCallable(bulk::next).subscribeOn(threads).block());
        } catch (RuntimeException failure) {
            close(bulk, place);
            return reject(failures.of(failure));
        }
    }

    private static void close(@Nullable BulkImport<?> bulk, ImportLimit.@Nullable Place place) {
        if (bulk != null) {
            bulk.close();
        } else if (place != null) {
            place.close();
        }
    }

    private static String mediaType(ServerHttpRequest<?> http) {
        return http.getContentType()
                .filter(type -> type.getParameters()
                        .get("charset")
                        .map(charset -> charset.equalsIgnoreCase("utf-8"))
                        .orElse(true))
                .map(type -> type.getName().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** Where the caller writes, who must be somebody that may. */
    private UUID organization(Credentials credentials, @Nullable String named, String minRole) {
        return transaction.read(credentials, caller -> {
            UUID organization = organizations.named(caller, named);
            if (!organizations.has(minRole, organization)) {
                throw caller instanceof Caller.Key
                        ? Problem.forbidden("The API key may not write: it needs the scope WRITE.")
                        : Problem.forbiddenByRole();
            }
            return organization;
        });
    }

    private <T> BulkImport<T> begin(
            BulkSink<T> target,
            LineFormat format,
            BodyPump body,
            Credentials credentials,
            UUID organization,
            ImportLimit.Place place) {
        return new BulkImport<>(
                new ChunkAhead<>(new ChunkReader<>(body, format, target), executor),
                new ChunkWriter<>(transaction, sqlProblems, credentials, organization, target),
                rateLimits,
                credentials,
                place);
    }

    private HttpResponse<?> streamed(BulkImport<?> bulk, @Nullable Map<String, Object> first) {
        return StreamedLines.of(
                first == null ? null : bytes(first), sink -> generate(bulk, sink), bulk::close, threads);
    }

    private void generate(BulkImport<?> bulk, SynchronousSink<byte[]> sink) {
        Map<String, Object> line;
        try {
            line = bulk.next();
        } catch (RuntimeException failure) {
            line = bulk.failed(failures.of(failure).problem());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            line = null;
        }
        if (line == null) {
            sink.complete();
        } else {
            sink.next(bytes(line));
        }
    }

    private HttpResponse<?> reject(HttpProblem failure) {
        MutableHttpResponse<byte[]> response = failure.response(bytes(ErrorBody.of(failure.problem())));
        if (failure.status() == 415) {
            response.header("Accept-Encoding", "gzip, identity");
        }
        return response;
    }

    private byte[] bytes(Map<String, Object> line) {
        byte[] written = json.bytes(line);
        byte[] ended = Arrays.copyOf(written, written.length + 1);
        ended[written.length] = '\n';
        return ended;
    }
}
