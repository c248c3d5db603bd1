package dev.pulsegraph.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A text that comes with the server. */
record ClassPathFile(String text) {

    static ClassPathFile of(String name) {
        try (var in = ClassPathFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing: build with Maven, which makes it.");
            }
            return new ClassPathFile(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
