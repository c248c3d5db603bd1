package dev.pulsegraph.request;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the body of a request is encoded. The server leaves bodies as they come, because it would decode all that has
 * arrived at once, and a little that is compressed may become very much.
 */
public enum ContentEncoding {
    IDENTITY {
        @Override
        public InputStream decode(InputStream body) {
            return body;
        }
    },
    GZIP {
        @Override
        public InputStream decode(InputStream body) throws IOException {
            return new GzipMembers(body);
        }
    };

    /** What the header {@code Content-Encoding} says; empty when it is nothing we can read. */
    public static Optional<ContentEncoding> of(@Nullable String header) {
        return switch (header == null ? "" : header.strip().toLowerCase(java.util.Locale.ROOT)) {
            case "", "identity" -> Optional.of(IDENTITY);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            default -> Optional.empty();
        };
    }

    /** What was encoded. Whatever is wrong with the encoding is an {@link IOException} here or when it is read. */
    public abstract InputStream decode(InputStream body) throws IOException;
}
