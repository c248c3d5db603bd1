package dev.pulsegraph.aicontext;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record LogAiContextInput(
        UUID organization,
        String sourceType,
        @Nullable UUID source,
        String contextSummary,
        @Nullable String aiResponse,
        @Nullable String promptTemplate,
        @Nullable String modelUsed,
        Map<String, Object> metadata) {}
