package dev.pulsegraph.post;

import dev.pulsegraph.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes of a post. Null leaves a thing as it is; where null is a value of its own, a {@link Change} tells. */
record UpdatePostInput(
        UUID id,
        Change<String> title,
        @Nullable String content,
        @Nullable List<String> platforms,
        @Nullable PostStatus status,
        @Nullable List<String> hashtags,
        Change<String> permalink,
        Change<Instant> publishedAt,
        Change<Instant> scheduledAt,
        @Nullable List<MediaFileInput> media) {

    /** The post as it is after the change. A post that becomes PUBLISHED without a time is published {@code now}. */
    Post applyTo(Post post, Instant now) {
        PostStatus newStatus = status == null ? post.status() : status;
        Instant published = publishedAt.or(post.publishedAt());
        if (newStatus == PostStatus.PUBLISHED && published == null) {
            if (publishedAt.given()) {
                throw Problem.badInput("publishedAt", "a PUBLISHED post needs one.");
            }
            published = now;
        }
        return new Post(
                post.id(),
                post.organizationId(),
                post.authorId(),
                title.or(post.title()),
                newStatus,
                platforms == null
                        ? post.platforms()
                        : platforms.stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .distinct()
                                .toList(),
                scheduledAt.or(post.scheduledAt()),
                published,
                post.createdAt(),
                post.updatedAt());
    }

    PostContent applyTo(PostContent before) {
        return new PostContent(
                before.postId(),
                content == null ? before.content() : content,
                hashtags == null ? before.hashtags() : Hashtags.stored(hashtags),
                permalink.or(before.permalink()));
    }
}
