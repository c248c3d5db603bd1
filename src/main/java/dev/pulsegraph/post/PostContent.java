package dev.pulsegraph.post;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("posts_content")
record PostContent(
        @Id UUID postId,
        String content,
        @TypeDef(type = DataType.STRING_ARRAY) List<String> hashtags,
        @Nullable String permalink) {}
