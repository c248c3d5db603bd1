package dev.pulsegraph.traffic.oracle;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which names of visitors may be one visitor's: all that events connect, whatever order they were told in. */
final class Names {
    private final Map<String, String> next = new HashMap<>();

    Names(Collection<VisitorEvent> events) {
        for (VisitorEvent event : events) {
            if (!event.bot() && event.type().equals("identify") && event.userId() != null) {
                String visitor = end(requireNonNull(event.visitor()));
                String user = end("user:" + event.userId());
                if (!visitor.equals(user)) {
                    next.put(visitor, user);
                }
            }
        }
    }

    /** Takes whom an event was counted as, if it may be the same as its visitor. */
    String check(VisitorEvent event, String counted) {
        String visitor = requireNonNull(event.visitor());
        if (!end(visitor).equals(end(counted))) {
            throw new AssertionError("An event of `" + visitor + "` was counted as one of `" + counted + "`.");
        }
        return counted;
    }

    private String end(String name) {
        String at = name;
        for (String other = next.get(at); other != null; other = next.get(at)) {
            at = other;
        }
        return at;
    }
}
