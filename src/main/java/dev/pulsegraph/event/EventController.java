package dev.pulsegraph.event;

import dev.pulsegraph.database.KeyDirectory;
import dev.pulsegraph.http.BodyRefusal;
import dev.pulsegraph.http.ClientAddress;
import dev.pulsegraph.http.HeldBodies;
import dev.pulsegraph.http.HttpProblem;
import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.security.Credentials;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Options;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events over HTTP, one by one or in batches, with the addresses and bodies of Segment's tracking API. The answer comes
 * after the commit and says what became of each event. Any page may send here: what it may do is the key's to say.
 *
 * <p>A key in the header is looked up before the body is held, and the body is held before a thread works on it: neither bodies
 * nor threads pile up for anybody.
 */
@Controller
class EventController {
    private static final String EVENTS =
            "/v1/{call:track|page|screen|identify|group|alias|batch|import|e|p|s|t|i|g|a|b}";
    private static final String LETTERS = "/{call:p|s|t|i|g|a|b}";

    @Limit("events of an HTTP request")
    private static final int MAX_EVENTS = 2500;
    /** What a header may name, in a list of names of headers. */
    private static final Pattern HEADER_NAMES = Pattern.compile("[\\w!#$%&'*+.^`|~, -]{1,2000}");

    private final GroupCommit commit;
    private final KeyDirectory keys;
    private final InFlightBodies inFlight;
    private final HeldBodies bodies;
    private final EventBody body;
    private final HttpProblem.Reader failures;
    private final ClientAddress addresses;
    private final EventSettings settings;
    private final IngestMeters meters;
    private final Json json;
    private final Clock clock;
    private final Executor blocking;

    EventController(
            GroupCommit commit,
            KeyDirectory keys,
            InFlightBodies inFlight,
            HeldBodies bodies,
            EventBody body,
            HttpProblem.Reader failures,
            ClientAddress addresses,
            EventSettings settings,
            IngestMeters meters,
            Json json,
            Clock clock,
            @Named(TaskExecutors.BLOCKING) Executor blocking) {
        this.commit = commit;
        this.keys = keys;
        this.inFlight = inFlight;
        this.bodies = bodies;
        this.body = body;
        this.failures = failures;
        this.addresses = addresses;
        this.settings = settings;
        this.meters = meters;
        this.json = json;
        this.clock = clock;
        this.blocking = blocking;
    }

    /** Each address is spelled out, or it would be none before that of bulk, which has any name. */
    @Post(
            uris = {
                "/v1/track",
                "/v1/page",
                "/v1/screen",
                "/v1/identify",
                "/v1/group",
                "/v1/alias",
                "/v1/batch",
                "/v1/import",
                "/v1/e",
                "/v1/p",
                "/v1/s",
                "/v1/t",
                "/v1/i",
                "/v1/g",
                "/v1/a",
                "/v1/b",
                LETTERS
            },
            consumes = MediaType.ALL,
            produces = MediaType.ALL)
    CompletionStage<HttpResponse<?>> post(ServerHttpRequest<?> http) {
        Credentials.Key given = WriteKey.find(http.getHeaders().get(HttpHeaders.AUTHORIZATION), null)
                .orElse(null);
        try {
            EventBody.check(http);
        } catch (RuntimeException refusal) {
            return CompletableFuture.completedStage(respond(refusal));
        }
        return requireKnown(given).thenCompose(key -> read(http, key)).exceptionally(this::respond);
    }

    /** The key, which is known then; null when there is none yet. */
    private CompletionStage<Credentials.@Nullable Key> requireKnown(Credentials.@Nullable Key given) {
        return given == null
                ? CompletableFuture.completedStage(null)
                : keys.knows(given).thenApply(known -> {
                    if (!known) {
                        throw Credentials.Key.unknown();
                    }
                    return given;
                });
    }

    private CompletionStage<HttpResponse<?>> read(ServerHttpRequest<?> http, Credentials.@Nullable Key key) {
        InFlightLimit.Share share = inFlight.open(http, key);
        CompletableFuture<HttpResponse<?>> answer = bodies.read(http, IngestSettings.MAX_BODY, share)
                .thenApplyAsync(bytes -> answer(http, key, bytes, share), blocking);
        answer.whenComplete((answered, failure) -> {
            if (failure != null) {
                share.close();
            }
        });
        return answer;
    }

    private HttpResponse<?> answer(
            ServerHttpRequest<?> http, Credentials.@Nullable Key key, byte[] bytes, InFlightLimit.Share share) {
        try {
            return commit(http, key, bytes, share);
        } catch (RuntimeException failure) {
            return respond(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return respond(new IngestProblem(IngestProblem.Kind.STOPPING));
        }
    }

    /** What a browser asks before it sends JSON, a key in a header, or what tracing tools of the page add to all requests. */
    @Options(uris = {EVENTS, LETTERS})
    HttpResponse<?> preflight(HttpRequest<?> http) {
        String headers = http.getHeaders().get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        return open(HttpResponse.noContent())
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "POST")
                .header(
                        HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                        headers != null && HEADER_NAMES.matcher(headers).matches()
                                ? headers
                                : "Authorization, Content-Type, Content-Encoding, X-Requested-With")
                .header(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS)
                .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400");
    }

    private HttpResponse<?> commit(
            ServerHttpRequest<?> http, Credentials.@Nullable Key given, byte[] bytes, InFlightLimit.Share share)
            throws InterruptedException {
        EventAddress to = EventAddress.of(http.getPath());
        List<?> items;
        Credentials.Key key;
        EventOrigin origin;
        InFlightLimit.Share held = share;
        try {
            Map<?, ?> fields =
                    body.read(bodies.decoded(bytes, EventBody.encoding(http), IngestSettings.MAX_BODY, share));
            if (given == null) {
                key = WriteKey.of(null, fields.get("writeKey"));
                keys.require(key);
                held = inFlight.move(share, key);
            } else {
                key = given;
            }
            items = to.isOfBatch() ? batch(fields) : Collections.singletonList(fields);
            origin = origin(http, to, fields);
        } catch (RuntimeException refused) {
            held.close();
            throw refused;
        }
        List<EventReceipt> receipts = commit.commit(key, to.kind(), items, origin, held);
        receipts.forEach(meters::count);
        return to.isOfBatch() ? respond(receipts) : respond(receipts.getFirst());
    }

    private static List<?> batch(Map<?, ?> body) {
        if (!(body.get("batch") instanceof List<?> items)) {
            throw Problem.badInput("batch", "a list of events is needed.");
        }
        if (items.size() > MAX_EVENTS) {
            throw new IngestProblem(IngestProblem.Kind.TOO_MANY);
        }
        return items;
    }

    private EventOrigin origin(ServerHttpRequest<?> http, EventAddress to, Map<?, ?> body) {
        return new EventOrigin(
                clock.instant(),
                body,
                addresses.resolve(http),
                http.getHeaders().get(HttpHeaders.USER_AGENT),
                to.isSnippet() || http.getHeaders().contains(HttpHeaders.ORIGIN),
                http.getHeaders().get(HttpHeaders.ACCEPT_LANGUAGE),
                settings.countryHeader() == null ? null : addresses.told(http, settings.countryHeader()));
    }

    private HttpResponse<?> respond(List<EventReceipt> receipts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put("accepted", count(receipts, ReceiptStatus.ACCEPTED));
        body.put("duplicates", count(receipts, ReceiptStatus.DUPLICATE));
        body.put("rejected", list(receipts, ReceiptStatus.REJECTED));
        List<?> warnings = list(receipts, ReceiptStatus.ACCEPTED);
        if (!warnings.isEmpty()) {
            body.put("warnings", warnings);
        }
        return open(HttpResponse.ok(json.bytes(body)));
    }

    private HttpResponse<?> respond(EventReceipt receipt) {
        if (receipt.status() != ReceiptStatus.REJECTED) {
            return respond(List.of(receipt));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", String.valueOf(receipt.reason()));
        error.put("extensions", Map.of("code", String.valueOf(receipt.code())));
        body.put("errors", List.of(error));
        return open(HttpResponse.badRequest(json.bytes(body)));
    }

    /** Those of which there is something to tell. */
    private static List<Map<String, @Nullable Object>> list(List<EventReceipt> receipts, ReceiptStatus status) {
        return receipts.stream()
                .filter(receipt -> receipt.status() == status && receipt.reason() != null)
                .map(EventController::describe)
                .toList();
    }

    private static Map<String, @Nullable Object> describe(EventReceipt receipt) {
        Map<String, @Nullable Object> rejection = new LinkedHashMap<>();
        rejection.put("index", receipt.index());
        rejection.put("messageId", receipt.messageId());
        rejection.put("code", receipt.code());
        rejection.put("reason", receipt.reason());
        return rejection;
    }

    private static long count(List<EventReceipt> receipts, ReceiptStatus status) {
        return receipts.stream().filter(receipt -> receipt.status() == status).count();
    }

    private HttpResponse<?> respond(Throwable thrown) {
        HttpProblem failure = switch (thrown instanceof CompletionException ? KeyDirectory.failure(thrown) : thrown) {
            case RejectedExecutionException stopped -> new IngestProblem(IngestProblem.Kind.STOPPING).toHttp();
            case IngestProblem refusal -> refusal.toHttp();
            case BodyRefusal refusal -> IngestProblem.of(refusal);
            case Throwable failed -> failures.of(failed);
        };
        meters.countRefusal(failure.status());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        body.putAll(ErrorBody.of(failure.problem()));
        return allowOrigins(failure.response(json.bytes(body)));
    }

    private static <B> MutableHttpResponse<B> open(MutableHttpResponse<B> response) {
        return allowOrigins(response).header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON + "; charset=utf-8");
    }

    private static <B> MutableHttpResponse<B> allowOrigins(MutableHttpResponse<B> response) {
        return response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, HttpHeaders.RETRY_AFTER);
    }
}
