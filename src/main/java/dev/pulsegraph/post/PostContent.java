package dev.pulsegraph.post;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("posts_content")
record PostContent(
        @Id UUID postId,
        String content,
        @SqlArray List<String> hashtags,
        @Nullable String permalink) {}
