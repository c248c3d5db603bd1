package dev.pulsegraph.similarity;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks {@code app.similar}, under row security. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SimilarRepository extends GenericRepository<SimilarRepository.SearchSpace, UUID> {

    /**
     * Which model a query is about in each organization, and its space where there are vectors of it.
     *
     * @param holders the organization, space and snapshot of vectors in memory, an element each
     */
    @Query("""
            select c.organization_id, coalesce(cast(:model as text), c.model) as model, m.space_id, m.dimensions,
              app.vector_schema() is null and current_setting('transaction_isolation') = 'repeatable read' as is_cacheable,
              app.vector_cache_state(c.organization_id, m.space_id, cast(h.snapshot as pg_snapshot)) as cache_state
            from embedding_settings c
            left join embedding_models m on m.organization_id = c.organization_id and m.name = coalesce(cast(:model as text), c.model)
            left join unnest(cast(:holders as uuid[]), cast(:spaces as int[]), cast(:snapshots as text[])) h(organization_id, space_id, snapshot)
              on h.organization_id = c.organization_id and h.space_id = m.space_id
            where c.organization_id = any (cast(:organizations as uuid[]))
            """)
    List<SearchSpace> listSearchSpaces(
            @SqlArray Collection<UUID> organizations,
            @Nullable String model,
            @SqlArray Collection<UUID> holders,
            @SqlArray Collection<String> spaces,
            @SqlArray Collection<String> snapshots);

    /**
     * A search in each of several organizations, or for each of several posts, an element of the arrays each.
     *
     * @param vector text of an array of numbers at unit length; null where an entity or words are searched for
     * @param options JSON of {@code app.search_options}
     */
    @Query("""
            select o.key, s.strategy, s.sources, s.more, s.vector_candidates, s.keyword_candidates, cast(s.matches as text) as matches
            from unnest(cast(:keys as uuid[]), cast(:organizations as uuid[]), cast(:spaces as int[]), cast(:options as jsonb[]))
              o(key, organization_id, space_id, options)
            cross join lateral app.similar(o.organization_id, o.space_id, cast(:vector as real[]), o.options) s
            """)
    List<Answer> search(
            @SqlArray Collection<UUID> keys,
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> spaces,
            @Nullable String vector,
            @SqlArray Collection<String> options);

    /** The texts of chunks, of those that have one. */
    @Query("select id, content as text from embeddings where id = any (cast(:ids as uuid[])) and content is not null")
    List<Text> listTexts(@SqlArray Collection<UUID> ids);

    @MappedEntity
    record Text(@Id UUID id, String text) {}

    /**
     * The model of an organization that a query is about.
     *
     * @param spaceId null where there are no vectors of the model, as {@code dimensions} is
     * @param isCacheable whether the database has no index of vectors, and all statements of the transaction show the same
     * @param cacheState how the vectors in memory compare with it, see {@code app.vector_cache_state}
     */
    @MappedEntity
    record SearchSpace(
            @Id UUID organizationId,
            String model,
            @Nullable Integer spaceId,
            @Nullable Integer dimensions,
            boolean isCacheable,
            @Nullable String cacheState) {}

    /**
     * What is alike.
     *
     * @param key the organization or post that the answer is about
     * @param sources how many vectors were compared with the others
     * @param matches JSON of a list of {@link SimilarMatch}
     */
    @MappedEntity
    record Answer(
            @Id UUID key,
            String strategy,
            int sources,
            boolean more,
            @Nullable Integer vectorCandidates,
            @Nullable Integer keywordCandidates,
            String matches) {}
}
