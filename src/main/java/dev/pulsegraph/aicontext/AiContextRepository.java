package dev.pulsegraph.aicontext;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Logs of AI context. Pages begin at a place; those of one kind of source are a statement of
 * their own, so that each walks an index of its own.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface AiContextRepository extends GenericRepository<AiContextLog, UUID> {
    String COLUMNS = """
            l.id, l.organization_id, l.user_id, l.source_type, l.source_id, l.context_summary, l.ai_response, l.prompt_template,
              l.model_used, l.feedback_score, l.feedback_type, l.feedback_by, l.feedback_at, l.metadata, l.created_at,
              l.updated_at""";
    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from ai_context_logs l
              where l.organization_id = o.id
            """;
    String OF_SOURCE_TYPE = " and l.source_type = :sourceType ";
    String UP = TimePlace.up("l", "created_at");
    String DOWN = TimePlace.down("l", "created_at");

    static Read<List<AiContextLog>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from ai_context_logs l where l.id = any (cast(:ids as uuid[]))",
                AiContextLog.class,
                Map.of("ids", ids));
    }

    @Query("select " + COLUMNS + " from ai_context_logs l where l.id = :id")
    Optional<AiContextLog> findById(UUID id);

    @Query("select exists (select from posts_core where organization_id = :organization and id = :id)")
    boolean isPost(UUID organization, UUID id);

    /**
     * Logs of each organization from a place on, oldest or newest first.
     *
     * @param sourceType null for any
     */
    static Read<List<AiContextLog>> page(boolean up, Map<String, ?> place, @Nullable String sourceType) {
        return sourceType == null
                ? Read.list(up ? PAGES + UP : PAGES + DOWN, AiContextLog.class, place)
                : Read.list(up ? PAGES + OF_SOURCE_TYPE + UP : PAGES + OF_SOURCE_TYPE + DOWN, AiContextLog.class, place)
                        .with("sourceType", sourceType);
    }

    /**
     * How many logs each organization has.
     *
     * @param sourceType null for any
     */
    static Read<Map<UUID, Long>> count(Collection<UUID> organizations, @Nullable String sourceType) {
        return Read.counts("""
                        select o.id, (
                          select count(*) from ai_context_logs l
                          where l.organization_id = o.id and (cast(:sourceType as text) is null or l.source_type = :sourceType))
                        from unnest(cast(:organizations as uuid[])) o(id)
                        """, Map.of("organizations", organizations)).with("sourceType", sourceType);
    }

    @Query("""
            insert into ai_context_logs (organization_id, id, user_id, source_type, source_id, context_summary, ai_response,
              prompt_template, model_used, metadata)
            values (:organization, :id, cast(:user as uuid), :sourceType, cast(:source as uuid), :contextSummary,
              cast(:aiResponse as text), cast(:promptTemplate as text), cast(:modelUsed as text), cast(:metadata as jsonb))
            """)
    void insert(
            UUID organization,
            UUID id,
            @Nullable UUID user,
            String sourceType,
            @Nullable UUID source,
            String contextSummary,
            @Nullable String aiResponse,
            @Nullable String promptTemplate,
            @Nullable String modelUsed,
            @TypeDef(type = DataType.JSON) Map<String, Object> metadata);

    /** Neither a score nor a type takes the feedback back. */
    @Query("""
            update ai_context_logs set
              feedback_score = cast(:score as int), feedback_type = cast(:type as text),
              feedback_by = case when :rated then cast(:user as uuid) end, feedback_at = case when :rated then now() end
            where id = :id
            """)
    long rate(UUID id, @Nullable Integer score, @Nullable String type, boolean rated, @Nullable UUID user);
}
