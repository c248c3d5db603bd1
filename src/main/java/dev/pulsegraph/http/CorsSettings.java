package dev.pulsegraph.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may ask.
 *
 * @param origins as browsers name them, such as {@code https://app.example}, separated by commas; {@code *} for all
 */
@ConfigurationProperties("pulsegraph.cors")
public record CorsSettings(@Nullable String origins) {

    /** Written in full: a compact one loses the name of its parameter, and with it the setting, where classes are read back. */
    public CorsSettings(@Nullable String origins) {
        for (String origin : split(origins)) {
            if (!origin.equals("*") && !isOrigin(origin)) {
                throw new IllegalArgumentException(
                        "pulsegraph.cors.origins: `" + origin
                                + "` is not an origin; an origin is scheme, host and port only, such as http://localhost:5173.");
            }
        }
        this.origins = origins;
    }

    public List<String> allowed() {
        return split(origins);
    }

    private static List<String> split(@Nullable String origins) {
        return origins == null
                ? List.of()
                : Stream.of(origins.split(",", -1))
                        .map(String::strip)
                        .filter(origin -> !origin.isEmpty())
                        .toList();
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
