package dev.pulsegraph.security;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key set of an identity provider: fetched within a deadline, and read key by key. */
final class KeySetSource implements JWKSetSource<SecurityContext> {
    /** For the whole of a fetch: a body that drips holds nobody up for longer either. */
    static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final int MAX_BYTES = 500_000;
    private static final Logger LOG = LoggerFactory.getLogger(KeySetSource.class);

    private final URI uri;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(DEADLINE)
            .build();

    KeySetSource(URI uri) {
        this.uri = uri;
    }

    @Override
    public JWKSet getJWKSet(
            JWKSetCacheRefreshEvaluator refreshEvaluator, long currentTime, @Nullable SecurityContext context)
            throws JWKSetUnavailableException {
        try {
            return readable(JSONObjectUtils.parse(fetch()));
        } catch (ParseException malformed) {
            throw new JWKSetParseException("The answer of " + uri + " is not a key set", malformed);
        }
    }

    private String fetch() throws JWKSetUnavailableException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new JWKSetUnavailableException(uri + " answered " + response.statusCode());
            }
            return new String(response.body(), StandardCharsets.UTF_8);
        } catch (TimeoutException late) {
            throw new JWKSetUnavailableException(uri + " did not answer within " + DEADLINE.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new JWKSetUnavailableException(uri + " cannot be read: " + failed.getCause(), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new JWKSetUnavailableException("The fetch of " + uri + " was interrupted", stopped);
        } finally {
            answer.cancel(true);
        }
    }

    /** The keys that can be read. One that cannot be is left out, as RFC 7517, section 5, has it: others may be in use. */
    private JWKSet readable(Map<String, Object> set) throws ParseException {
        if (!(set.get("keys") instanceof List<?> keys)) {
            throw new ParseException("no array `keys`", 0);
        }
        List<JWK> read = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            key(keys.get(i), i).ifPresent(read::add);
        }
        if (read.isEmpty() && !keys.isEmpty()) {
            throw new ParseException("none of its keys can be read", 0);
        }
        return new JWKSet(read);
    }

    private Optional<JWK> key(@Nullable Object key, int position) {
        try {
            return Optional.of(JWK.parse(JSONObjectUtils.toJSONString(members(key))));
        } catch (ParseException | IllegalArgumentException | IllegalStateException unreadable) {
            LOG.warn("Key {} of {} is skipped, since it cannot be read: {}", position, uri, unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static Map<String, ?> members(@Nullable Object key) {
        if (!(key instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("it is not an object");
        }
        @SuppressWarnings("unchecked") // the names of a JSON object are texts
        Map<String, ?> named = (Map<String, ?>) members;
        return named;
    }

    @Override
    public void close() {
        http.close();
    }
}
