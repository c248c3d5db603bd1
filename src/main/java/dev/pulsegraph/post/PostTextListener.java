package dev.pulsegraph.post;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hears of what posts say, in the transaction that writes it. */
@FunctionalInterface
public interface PostTextListener {
    /** A post is new, or its title or content changed. */
    void written(UUID organization, UUID post, @Nullable String title, String content);
}
