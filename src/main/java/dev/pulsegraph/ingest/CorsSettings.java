package dev.pulsegraph.ingest;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may ask.
 *
 * @param origins as a browser names them, such as {@code https://app.example}; {@code *} for all
 */
@ConfigurationProperties("pulsegraph.cors")
public record CorsSettings(@Nullable List<String> origins) {

    public CorsSettings {
        origins = origins == null
                ? List.of()
                : origins.stream()
                        .map(String::strip)
                        .filter(origin -> !origin.isEmpty())
                        .toList();
        for (String origin : origins) {
            if (!origin.equals("*") && !isOrigin(origin)) {
                throw new IllegalArgumentException(
                        "pulsegraph.cors.origins: `" + origin
                                + "` is no origin; it is scheme, host and port with nothing behind, such as http://localhost:5173.");
            }
        }
    }

    public List<String> allowed() {
        return Objects.requireNonNullElse(origins, List.of());
    }

    private static boolean isOrigin(String origin) {
        try {
            URI uri = URI.create(origin);
            return uri.getHost() != null && origin.equals(uri.getScheme() + "://" + uri.getAuthority());
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }
}
