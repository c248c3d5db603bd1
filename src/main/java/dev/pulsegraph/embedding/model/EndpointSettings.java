package dev.pulsegraph.embedding.model;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that makes vectors as OpenAI's does.
 *
 * @param id what the settings call it
 * @param url where it is, up to and without {@code /embeddings}
 * @param key what it wants to see as the bearer of a request, if anything
 * @param model which of its models, as the endpoint calls it
 * @param name as the API calls it; the same, unless set
 * @param dimensions how many numbers a vector has
 * @param sendDimensions whether the endpoint is asked for so many, which few models know how to do
 * @param encodingFormat how vectors are asked for; whatever comes is understood
 * @param batchSize texts of a request at most
 * @param batchCharacters characters of a request at most; a single text may have more
 * @param concurrency requests at a time at most
 * @param timeout how long one request may take
 * @param maxAttempts how often a request is sent at most
 * @param initialBackoff how long to wait before the second attempt, and twice as long before each further one, more or less
 * @param maxBackoff the longest to wait, also when the endpoint asks for more
 * @param circuitOpenTime how long an endpoint that failed again and again is left alone
 */
@EachProperty("pulsegraph.embedding.endpoints")
public record EndpointSettings(
        @Parameter String id,
        @Nullable String url,
        @Nullable String key,
        @Nullable String model,
        @Nullable String name,
        @Nullable Integer dimensions,
        @Bindable(defaultValue = "false") boolean sendDimensions,
        @Bindable(defaultValue = "FLOAT") EncodingFormat encodingFormat,
        @Bindable(defaultValue = "64") int batchSize,
        @Bindable(defaultValue = "100000") int batchCharacters,
        @Bindable(defaultValue = "4") int concurrency,
        @Bindable(defaultValue = "30s") Duration timeout,
        @Bindable(defaultValue = "4") int maxAttempts,
        @Bindable(defaultValue = "500ms") Duration initialBackoff,
        @Bindable(defaultValue = "60s") Duration maxBackoff,
        @Bindable(defaultValue = "30s") Duration circuitOpenTime) {
    /** As embedding_models_name_format has it. */
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}";

    public EndpointSettings {
        url = blankAsNull(url);
        key = blankAsNull(key);
        model = blankAsNull(model);
        name = blankAsNull(name);
        require(isEndpoint(url), id, "url", "is not an address such as https://api.example/v1");
        require(key == null || key.chars().allMatch(c -> c > ' ' && c < 127), id, "key", "cannot be sent in a header");
        require(model != null, id, "model", "is missing: the name of the model, as the endpoint calls it");
        String called = name == null ? model : name;
        require(
                called != null && called.matches(NAME),
                id,
                "name",
                "or .model is not 1 to 200 letters, digits and . _ : / @ + -, beginning with a letter or digit");
        require(
                dimensions != null && dimensions >= 1 && dimensions <= Vectors.MAX_DIMENSIONS,
                id,
                "dimensions",
                "is missing or not from 1 to " + Vectors.MAX_DIMENSIONS
                        + ": how many numbers a vector of the model has");
        require(batchSize >= 1, id, "batch-size", "is less than 1");
        require(batchCharacters >= 1, id, "batch-characters", "is less than 1");
        require(concurrency >= 1, id, "concurrency", "is less than 1");
        require(maxAttempts >= 1, id, "max-attempts", "is less than 1");
        require(timeout.isPositive(), id, "timeout", "must be longer than 0");
        require(initialBackoff.toMillis() >= 1, id, "initial-backoff", "is less than 1 ms");
        require(maxBackoff.compareTo(initialBackoff) >= 0, id, "max-backoff", "is shorter than initial-backoff");
        require(circuitOpenTime.toMillis() >= 1, id, "circuit-open-time", "is less than 1 ms");
    }

    /** Where texts are sent. */
    URI address() {
        URI base = URI.create(String.valueOf(url));
        String path = base.getRawPath() == null ? "" : base.getRawPath().replaceFirst("/+$", "");
        String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
        return base.resolve((path.endsWith("/embeddings") ? path : path + "/embeddings") + query);
    }

    String modelName() {
        return name == null ? String.valueOf(model) : name;
    }

    int size() {
        return dimensions == null ? 0 : dimensions;
    }

    /** What operators set, such as {@code pulsegraph.embedding.endpoints.main.key}. */
    String setting(String property) {
        return setting(id, property);
    }

    /** Without the key, and without an address that may hold one. */
    @Override
    public String toString() {
        return "EndpointSettings[id=" + id + ", model=" + modelName() + ", dimensions=" + dimensions + "]";
    }

    private static String setting(String id, String property) {
        return "pulsegraph.embedding.endpoints." + id + "." + property;
    }

    private static boolean isEndpoint(@Nullable String url) {
        if (url == null) {
            return false;
        }
        try {
            URI address = URI.create(url);
            boolean http =
                    "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            return http
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getFragment() == null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static @Nullable String blankAsNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static void require(boolean condition, String id, String property, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(setting(id, property) + " " + complaint + ".");
        }
    }
}
