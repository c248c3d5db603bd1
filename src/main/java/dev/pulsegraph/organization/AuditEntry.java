package dev.pulsegraph.organization;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("audit_log")
public record AuditEntry(
        @Id UUID id,
        UUID organizationId,
        Instant occurredAt,
        String actorLabel,
        @Nullable UUID actorUserId,
        AuditAction action,
        String subjectType,
        UUID subjectId,
        @Nullable @TypeDef(type = DataType.JSON) Map<String, Object> before,
        @Nullable @TypeDef(type = DataType.JSON) Map<String, Object> after)
        implements Identified {}
