package dev.pulsegraph.aicontext;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.database.OwnerCount;
import dev.pulsegraph.entity.EntityLoader;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** AI context of several organizations, a page of each in one statement. */
@Singleton
class AiContextLoader implements EntityLoader {
    static final TimeOrder<AiContextLog> BY_CREATED_AT =
            new TimeOrder<>("aiContext.createdAt", true, AiContextLog::createdAt);

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

    Map<UUID, Connection<AiContextLog>> pages(Collection<UUID> organizations, PageQuery<Filter> query) {
        String sourceType = query.filter().sourceType;
        return sourceType == null
                ? BY_CREATED_AT.pages(organizations, query, AiContextLog::organizationId, logs::listUp, logs::listDown)
                : BY_CREATED_AT.pages(
                        organizations,
                        query,
                        AiContextLog::organizationId,
                        (owners, key, id, limit) -> logs.listUp(owners, sourceType, key, id, limit),
                        (owners, key, id, limit) -> logs.listDown(owners, sourceType, key, id, limit));
    }

    Map<UUID, Long> counts(Collection<UUID> organizations, Filter filter) {
        return OwnerCount.byOwner(logs.count(organizations, filter.sourceType));
    }

    /**
     * Which of an organization's AI context.
     *
     * @param sourceType null for any
     */
    record Filter(@Nullable String sourceType) {}
}
