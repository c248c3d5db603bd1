package dev.pulsegraph.demo;

import java.util.Locale;
import java.util.UUID;

/** A person of the demo; the role stands before the @. */
public record DemoUser(UUID id, String email, String name) {
    static DemoUser of(String email, String name) {
        return new DemoUser(Demo.idOf(email), email, name);
    }

    String role() {
        return email.substring(0, email.indexOf('@')).toLowerCase(Locale.ROOT);
    }
}
