package dev.pulsegraph.ingest;

import dev.pulsegraph.bulk.BulkFailure;
import dev.pulsegraph.database.KeyDirectory;
import dev.pulsegraph.http.BodyRefusal;
import dev.pulsegraph.http.ByteBudget;
import dev.pulsegraph.http.ClientAddress;
import dev.pulsegraph.http.HeldBodies;
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
import java.util.stream.IntStream;
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
    /** Of a body, once unpacked. */
    @Limit(value = "the body of a request of events, once unpacked", unit = "bytes")
    static final int LONGEST_BODY = 500 * 1024;

    private static final String EVENTS =
            "/v1/{call:track|page|screen|identify|group|alias|batch|import|e|p|s|t|i|g|a|b}";
    private static final String LETTERS = "/{call:p|s|t|i|g|a|b}";

    @Limit("events of a request")
    private static final int MOST_EVENTS = 2500;
    /** What a header may name, in a list of names of headers. */
    private static final Pattern HEADER_NAMES = Pattern.compile("[\\w!#$%&'*+.^`|~, -]{1,2000}");

    private final GroupCommit<?> commit;
    private final KeyDirectory keys;
    private final EventRooms rooms;
    private final HeldBodies bodies;
    private final EventBody body;
    private final BulkFailure.Reader failures;
    private final ClientAddress addresses;
    private final IngestMeters meters;
    private final Json json;
    private final Clock clock;
    private final Executor blocking;

    EventController(
            GroupCommit<?> commit,
            KeyDirectory keys,
            EventRooms rooms,
            HeldBodies bodies,
            EventBody body,
            BulkFailure.Reader failures,
            ClientAddress addresses,
            IngestMeters meters,
            Json json,
            Clock clock,
            @Named(TaskExecutors.BLOCKING) Executor blocking) {
        this.commit = commit;
        this.keys = keys;
        this.rooms = rooms;
        this.bodies = bodies;
        this.body = body;
        this.failures = failures;
        this.addresses = addresses;
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
        Credentials.Key shown = EventKey.find(http.getHeaders().get(HttpHeaders.AUTHORIZATION), null)
                .orElse(null);
        try {
            EventBody.admit(http);
        } catch (RuntimeException refusal) {
            return CompletableFuture.completedStage(refused(refusal));
        }
        return known(shown).thenCompose(key -> held(http, key)).exceptionally(this::refused);
    }

    /** The key, which is known then; null when there is none yet. */
    private CompletionStage<Credentials.@Nullable Key> known(Credentials.@Nullable Key shown) {
        return shown == null
                ? CompletableFuture.completedStage(null)
                : keys.knows(shown).thenApply(known -> {
                    if (!known) {
                        throw Credentials.Key.unknown();
                    }
                    return shown;
                });
    }

    private CompletionStage<HttpResponse<?>> held(ServerHttpRequest<?> http, Credentials.@Nullable Key key) {
        ByteBudget.Share share = rooms.open(http, key);
        CompletableFuture<HttpResponse<?>> answer = bodies.read(http, LONGEST_BODY, share)
                .thenApplyAsync(bytes -> answer(http, key, bytes, share), blocking);
        answer.whenComplete((answered, failure) -> {
            if (failure != null) {
                share.close();
            }
        });
        return answer;
    }

    private HttpResponse<?> answer(
            ServerHttpRequest<?> http, Credentials.@Nullable Key key, byte[] bytes, ByteBudget.Share share) {
        try {
            return answered(http, key, bytes, share);
        } catch (RuntimeException failure) {
            return refused(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(new IngestRefusal(IngestRefusal.Kind.STOPPING));
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

    private HttpResponse<?> answered(
            ServerHttpRequest<?> http, Credentials.@Nullable Key shown, byte[] bytes, ByteBudget.Share share)
            throws InterruptedException {
        EventAddress to = EventAddress.of(http.getPath());
        List<?> items;
        Credentials.Key key;
        EventOrigin origin;
        ByteBudget.Share held = share;
        try {
            Map<?, ?> fields = body.parsed(bodies.decoded(bytes, EventBody.encoding(http), LONGEST_BODY, share));
            if (shown == null) {
                key = EventKey.of(null, fields.get("writeKey"));
                keys.require(key);
                held = rooms.moved(share, key);
            } else {
                key = shown;
            }
            items = to.isOfBatch() ? batch(fields) : Collections.singletonList(fields);
            origin = origin(http, to, fields);
        } catch (RuntimeException refused) {
            held.close();
            throw refused;
        }
        List<EventOutcome> outcomes = commit.commit(key, to.kind(), items, origin, held);
        outcomes.forEach(meters::told);
        return to.isOfBatch() ? told(outcomes) : told(outcomes.getFirst());
    }

    private static List<?> batch(Map<?, ?> body) {
        if (!(body.get("batch") instanceof List<?> items)) {
            throw Problem.badInput("batch", "a list of events is needed.");
        }
        if (items.size() > MOST_EVENTS) {
            throw new IngestRefusal(IngestRefusal.Kind.TOO_MANY);
        }
        return items;
    }

    private EventOrigin origin(ServerHttpRequest<?> http, EventAddress to, Map<?, ?> body) {
        return new EventOrigin(
                clock.instant(),
                body,
                addresses.resolve(http),
                http.getHeaders().get(HttpHeaders.USER_AGENT),
                to.isSnippet() || http.getHeaders().contains(HttpHeaders.ORIGIN));
    }

    private HttpResponse<?> told(List<EventOutcome> outcomes) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put("accepted", count(outcomes, EventOutcome.Status.ACCEPTED));
        body.put("duplicates", count(outcomes, EventOutcome.Status.DUPLICATE));
        body.put("rejected", listed(outcomes, EventOutcome.Status.REJECTED));
        List<?> warnings = listed(outcomes, EventOutcome.Status.ACCEPTED);
        if (!warnings.isEmpty()) {
            body.put("warnings", warnings);
        }
        return open(HttpResponse.ok(json.bytes(body)));
    }

    private HttpResponse<?> told(EventOutcome outcome) {
        if (outcome.status() != EventOutcome.Status.REJECTED) {
            return told(List.of(outcome));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", String.valueOf(outcome.reason()));
        error.put("extensions", Map.of("code", String.valueOf(outcome.code())));
        body.put("errors", List.of(error));
        return open(HttpResponse.badRequest(json.bytes(body)));
    }

    /** Those of which there is something to tell. */
    private static List<Map<String, @Nullable Object>> listed(List<EventOutcome> outcomes, EventOutcome.Status status) {
        return IntStream.range(0, outcomes.size())
                .filter(i ->
                        outcomes.get(i).status() == status && outcomes.get(i).reason() != null)
                .mapToObj(i -> listed(i, outcomes.get(i)))
                .toList();
    }

    private static Map<String, @Nullable Object> listed(int index, EventOutcome outcome) {
        Map<String, @Nullable Object> rejection = new LinkedHashMap<>();
        rejection.put("index", index);
        rejection.put("messageId", outcome.messageId());
        rejection.put("code", outcome.code());
        rejection.put("reason", outcome.reason());
        return rejection;
    }

    private static long count(List<EventOutcome> outcomes, EventOutcome.Status status) {
        return outcomes.stream().filter(outcome -> outcome.status() == status).count();
    }

    private HttpResponse<?> refused(Throwable thrown) {
        BulkFailure failure = switch (thrown instanceof CompletionException ? KeyDirectory.failure(thrown) : thrown) {
            case RejectedExecutionException stopped -> new IngestRefusal(IngestRefusal.Kind.STOPPING).failure();
            case IngestRefusal refusal -> refusal.failure();
            case BodyRefusal refusal -> IngestRefusal.of(refusal);
            case Throwable failed -> failures.of(failed);
        };
        meters.refused(failure.status());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        body.putAll(ErrorBody.of(failure.problem()));
        MutableHttpResponse<byte[]> response =
                open(HttpResponse.<byte[]>status(failure.status(), null).body(json.bytes(body)));
        if (failure.retryAfterSeconds() != null) {
            response.header(HttpHeaders.RETRY_AFTER, failure.retryAfterSeconds().toString());
        }
        if (failure.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (failure.status() == 408) {
            response.header(HttpHeaders.CONNECTION, "close");
        }
        return response;
    }

    private static <B> MutableHttpResponse<B> open(MutableHttpResponse<B> response) {
        return response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, HttpHeaders.RETRY_AFTER)
                .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON + "; charset=utf-8");
    }
}
