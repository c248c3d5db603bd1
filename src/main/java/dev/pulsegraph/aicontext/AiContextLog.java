package dev.pulsegraph.aicontext;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an assistant was given and what it answered, with what people made of it. */
@MappedEntity("ai_context_logs")
public record AiContextLog(
        @Id UUID id,
        UUID organizationId,
        @Nullable UUID userId,
        String sourceType,
        @Nullable UUID sourceId,
        String contextSummary,
        @Nullable String aiResponse,
        @Nullable String promptTemplate,
        @Nullable String modelUsed,
        @Nullable Integer feedbackScore,
        @Nullable AiFeedbackType feedbackType,
        @Nullable UUID feedbackBy,
        @Nullable Instant feedbackAt,
        @TypeDef(type = DataType.JSON) Map<String, Object> metadata,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {
    /** The kind of source whose id is that of a post. */
    static final String POST = "post";
}
