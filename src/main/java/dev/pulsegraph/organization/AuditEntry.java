package dev.pulsegraph.organization;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

public record AuditEntry(
        UUID id,
        UUID organizationId,
        Instant occurredAt,
        String actorLabel,
        @Nullable UUID actorUserId,
        AuditAction action,
        String subjectType,
        UUID subjectId,
        @Nullable Map<String, Object> before,
        @Nullable Map<String, Object> after)
        implements Identified {}
