package dev.pulsegraph.embedding.model;

import dev.pulsegraph.embedding.model.EndpointFailure.Reason;
import dev.pulsegraph.request.Storable;
import dev.pulsegraph.request.StrictJson;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one request to an endpoint. The key stands in its header and nowhere else: redirects are not followed, and what
 * the endpoint says about a failure, which may repeat the key, is not passed on, and logged only where it does not.
 */
final class EndpointClient {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointClient.class);
    /** More than a number takes in JSON, with all its digits, its exponent and a line of its own. */
    private static final long BYTES_PER_NUMBER = 64;

    private static final long BYTES_OVERHEAD = 1 << 16;
    /** So many characters of a key are a secret. */
    private static final int PIECE_LENGTH = 6;

    private final EndpointSettings settings;
    private final HttpClient http;
    private final JsonMapper json;
    private final StrictJson strictJson;
    private final Clock clock;

    EndpointClient(EndpointSettings settings, HttpClient http, JsonMapper json, StrictJson strictJson, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.json = json;
        this.strictJson = strictJson;
        this.clock = clock;
    }

    /**
     * The vectors of these texts, in their order.
     *
     * @throws EndpointFailure when there are none
     */
    List<float[]> send(List<String> texts, Duration timeout) {
        if (!Storable.isStorable(texts)) {
            throw EndpointFailure.of(Reason.TEXTS, "one of the texts holds half a character, or NUL.");
        }
        HttpResponse<byte[]> response = send(request(texts, timeout), maxBytes(texts.size()), timeout);
        if (response.statusCode() != 200) {
            LOG.warn(
                    "The embedding endpoint {} answered with status {}{}",
                    settings.id(),
                    response.statusCode(),
                    explanation(response));
            throw refusal(response.statusCode(), retryAfter(response.headers()));
        }
        return new EndpointAnswer(texts.size(), settings.size(), settings.setting("dimensions"))
                .read(parse(response.body()));
    }

    private HttpRequest request(List<String> texts, Duration timeout) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", String.valueOf(settings.model()));
        body.put("input", texts);
        body.put("encoding_format", settings.encodingFormat().name().toLowerCase(Locale.ROOT));
        if (settings.sendDimensions()) {
            body.put("dimensions", settings.size());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.address())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(toJson(body)));
        if (settings.key() != null) {
            request.header("Authorization", "Bearer " + settings.key());
        }
        return request.build();
    }

    private byte[] toJson(Map<String, Object> body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The timeout of a request ends with its headers; this one holds for the body too. */
    private HttpResponse<byte[]> send(HttpRequest request, long maxBytes, Duration timeout) {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
        try {
            return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            exchange.cancel(true);
            throw late(timeout);
        } catch (InterruptedException stopped) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw EndpointFailure.of(Reason.UNREACHABLE, "the server is being stopped.");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof java.net.http.HttpTimeoutException) {
                throw late(timeout);
            }
            LOG.warn("The embedding endpoint {} cannot be reached: {}", settings.id(), kind(failed.getCause()));
            throw EndpointFailure.of(
                    Reason.UNREACHABLE, "its endpoint cannot be reached, or its answer was cut off or is too long.");
        }
    }

    private static EndpointFailure late(Duration timeout) {
        return EndpointFailure.of(Reason.TIMEOUT, "its endpoint did not answer within " + format(timeout) + ".");
    }

    /** The kind of an exception and what caused it; their messages may quote what was sent or received. */
    private static String kind(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "unknown";
        }
        String kind = thrown.getClass().getSimpleName();
        return thrown.getCause() == null ? kind : kind + " because of " + kind(thrown.getCause());
    }

    private EndpointFailure refusal(int status, @Nullable Duration retryAfter) {
        String answered = "its endpoint answered with status " + status;
        return switch (status) {
            case 429 ->
                EndpointFailure.of(
                        Reason.LIMITED,
                        "its endpoint accepts no more requests at the moment"
                                + (retryAfter == null ? "." : ", and asks to retry in " + format(retryAfter) + "."),
                        retryAfter);
            case 400, 413, 422 ->
                EndpointFailure.of(Reason.TEXTS, answered + ": it does not take one of the texts, or the request.");
            case 401, 403 ->
                EndpointFailure.of(Reason.SETTINGS, answered + ": it does not accept " + settings.setting("key") + ".");
            case 404 ->
                EndpointFailure.of(
                        Reason.SETTINGS,
                        answered + ": see " + settings.setting("url") + " and " + settings.setting("model") + ".");
            case 408 -> EndpointFailure.of(Reason.TIMEOUT, answered + ".");
            default ->
                status >= 500
                        ? EndpointFailure.of(Reason.BROKEN, answered + ".", retryAfter)
                        : EndpointFailure.of(Reason.SETTINGS, answered + "; see " + settings.setting("url") + ".");
        };
    }

    /** The endpoint's own words, where they help and do not hold a piece of the key. */
    private String explanation(HttpResponse<byte[]> response) {
        boolean aboutRequest = Set.of(400, 404, 413, 422).contains(response.statusCode());
        String words = new String(response.body(), StandardCharsets.UTF_8);
        if (!aboutRequest || words.isBlank() || holdsPieceOf(settings.key(), words)) {
            return "";
        }
        return ": "
                + words.codePoints()
                        .limit(300)
                        .map(c -> Character.isISOControl(c) ? ' ' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
    }

    private static boolean holdsPieceOf(@Nullable String key, String words) {
        if (key == null) {
            return false;
        }
        int length = Math.min(PIECE_LENGTH, key.length());
        for (int begin = 0; begin + length <= key.length(); begin++) {
            if (words.contains(key.substring(begin, begin + length))) {
                return true;
            }
        }
        return false;
    }

    /** Seconds, or a date of HTTP. */
    private @Nullable Duration retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Duration until =
                    Duration.between(clock.instant(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException | ArithmeticException neither) {
            return null;
        }
    }

    private @Nullable Object parse(byte[] body) {
        try {
            return strictJson.read(body);
        } catch (IOException notJson) {
            throw EndpointFailure.of(Reason.UNUSABLE, "the answer of its endpoint is not JSON.");
        }
    }

    private long maxBytes(int texts) {
        return BYTES_OVERHEAD + texts * (settings.size() * BYTES_PER_NUMBER + 1024);
    }

    private static String format(Duration duration) {
        return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
    }
}
