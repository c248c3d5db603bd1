package dev.pulsegraph.event;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event that was not taken. */
@MappedEntity("rejected_events")
record RejectedEvent(
        @Id UUID id,
        UUID organizationId,
        Instant receivedAt,
        @Nullable String messageId,
        String code,
        String reason,
        @Nullable @TypeDef(type = DataType.JSON) Object body)
        implements Identified {}
