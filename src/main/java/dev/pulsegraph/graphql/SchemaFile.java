package dev.pulsegraph.graphql;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The text of {@code schema.graphqls}. */
@Singleton
class SchemaFile {
    private final String sdl;

    SchemaFile() {
        try (InputStream in = SchemaFile.class.getResourceAsStream("/schema.graphqls")) {
            if (in == null) {
                throw new IllegalStateException("schema.graphqls is missing from the class path");
            }
            sdl = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String sdl() {
        return sdl;
    }
}
