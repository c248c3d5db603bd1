package dev.pulsegraph.post;

import dev.pulsegraph.request.Patch;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes of a post. Null leaves a thing as it is; where null is a value of its own, a {@link Patch} tells. */
record UpdatePostInput(
        UUID id,
        Patch<String> title,
        @Nullable String content,
        @Nullable List<String> platforms,
        @Nullable PostStatus status,
        @Nullable List<String> hashtags,
        Patch<String> permalink,
        Patch<Instant> publishedAt,
        Patch<Instant> scheduledAt,
        @Nullable List<MediaFileInput> media) {

    UpdatePostInput {
        platforms = platforms == null ? null : Platforms.stored(platforms);
        hashtags = hashtags == null ? null : Hashtags.stored(hashtags);
        media = media == null ? null : List.copyOf(media);
    }

    boolean changesContent() {
        return content != null || hashtags != null || permalink.given();
    }
}
