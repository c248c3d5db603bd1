package dev.pulsegraph.similarity;

import dev.pulsegraph.entity.EntityType;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that is like it, as {@code app.similar} tells.
 *
 * @param id of the embedding that is most like it
 * @param unboosted the score before a boost
 * @param engagement null without a boost, as {@code factor} is
 */
@Serdeable
record SimilarMatch(
        UUID id,
        EntityType entityType,
        UUID entityId,
        String sourceField,
        int chunkIndex,
        @Nullable String snippet,
        Map<String, Object> metadata,
        double score,
        @Nullable Integer vectorRank,
        @Nullable Double vectorScore,
        @Nullable Integer keywordRank,
        @Nullable Double keywordScore,
        double unboosted,
        @Nullable Double engagement,
        @Nullable Double factor) {

    public @Nullable SimilarBoost boost() {
        return engagement == null || factor == null ? null : new SimilarBoost(unboosted, engagement, factor);
    }
}
