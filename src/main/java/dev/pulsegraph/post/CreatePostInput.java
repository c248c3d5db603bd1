package dev.pulsegraph.post;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record CreatePostInput(
        UUID organization,
        @Nullable String title,
        String content,
        List<String> platforms,
        @Nullable PostStatus status,
        List<String> hashtags,
        @Nullable String permalink,
        @Nullable Instant publishedAt,
        @Nullable Instant scheduledAt,
        List<MediaFileInput> media) {

    CreatePostInput {
        platforms = Platforms.stored(platforms);
        hashtags = Hashtags.stored(hashtags);
        media = List.copyOf(media);
        if (status == null) {
            status = publishedAt != null
                    ? PostStatus.PUBLISHED
                    : scheduledAt != null ? PostStatus.SCHEDULED : PostStatus.DRAFT;
        }
    }
}
