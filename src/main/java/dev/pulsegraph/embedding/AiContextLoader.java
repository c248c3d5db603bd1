package dev.pulsegraph.embedding;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.metric.EntityLoader;
import dev.pulsegraph.metric.EntityType;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.PageRequest;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** AI context of several organizations, a page of each in one statement. */
@Singleton
class AiContextLoader implements EntityLoader {
    static final String BY_CREATED_AT = "aiContext.createdAt";
    private static final UUID LARGEST = new UUID(-1, -1);

    private final AiContextRepository logs;

    AiContextLoader(AiContextRepository logs) {
        this.logs = logs;
    }

    @Override
    public EntityType type() {
        return EntityType.AI_CONTEXT;
    }

    @Override
    public CompletableFuture<AiContextLog> entity(Call call, UUID id) {
        return call.batch(
                "aiContextLog",
                id,
                ids -> logs.listByIds(ids).stream().collect(toMap(AiContextLog::id, Function.identity())));
    }

    Map<UUID, Connection<AiContextLog>> pages(Collection<UUID> organizations, Wanted wanted) {
        PageRequest page = wanted.page;
        Cursor after = page.cursor();
        String beforeAt = after == null ? "infinity" : after.instantKey("after");
        UUID beforeId = after == null ? LARGEST : after.id();
        List<AiContextLog> found = wanted.sourceType == null
                ? logs.listPages(organizations, beforeAt, beforeId, page.limit())
                : logs.listPages(organizations, wanted.sourceType, beforeAt, beforeId, page.limit());
        return Connection.pages(
                organizations,
                page,
                found,
                AiContextLog::organizationId,
                log -> new Cursor(BY_CREATED_AT, log.createdAt().toString(), log.id()));
    }

    /**
     * What is asked of an organization's AI context.
     *
     * @param sourceType null for any
     */
    record Wanted(PageRequest page, @Nullable String sourceType) {}
}
