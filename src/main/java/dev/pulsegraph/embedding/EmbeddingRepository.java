package dev.pulsegraph.embedding;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface EmbeddingRepository extends GenericRepository<Embedding, UUID> {

    static Read<List<Embedding>> byIds(Collection<UUID> ids) {
        return Read.list("""
            select e.id, e.organization_id, e.entity_type, e.entity_id, e.source_field, e.chunk_index, m.name as model, m.dimensions,
              e.vector_data as vector, e.content as text, e.metadata, e.updated_at
            from embeddings e
            join embedding_models m on m.organization_id = e.organization_id and m.space_id = e.space_id
            where e.id = any (cast(:ids as uuid[]))
            """, Embedding.class, Map.of("ids", ids));
    }

    /**
     * Embeddings of posts, until their size is more than {@code maxSize}: 500 each, and one a number.
     *
     * @param organizations those of the posts, one each
     * @param vectors whether to bring the vectors too
     * @return where there are more, so many that their size is beyond the bound
     */
    @Query("""
            with sized as (
              select e.organization_id, e.id, e.entity_id, m.name, m.dimensions, e.source_field, e.chunk_index,
                sum(case when :vectors then 500 + m.dimensions else 500 end)
                  over (order by e.organization_id, e.entity_id, m.name, e.source_field, e.chunk_index, e.id) as size
              from unnest(cast(:organizations as uuid[]), cast(:posts as uuid[])) p(organization_id, id)
              cross join lateral (
                select e.organization_id, e.id, e.entity_id, e.space_id, e.source_field, e.chunk_index
                from embeddings e
                where e.organization_id = p.organization_id and e.entity_type = 'post' and e.entity_id = p.id
                offset 0) e
              join embedding_models m on m.organization_id = e.organization_id and m.space_id = e.space_id
            )
            select e.id, e.organization_id, e.entity_type, e.entity_id, e.source_field, e.chunk_index, s.name as model, s.dimensions,
              case when :vectors then e.vector_data end as vector, e.content as text, e.metadata, e.updated_at
            from sized s
            cross join lateral (
              select e.id, e.organization_id, e.entity_type, e.entity_id, e.source_field, e.chunk_index, e.vector_data, e.content,
                e.metadata, e.updated_at
              from embeddings e
              where e.organization_id = s.organization_id and e.id = s.id
              offset 0) e
            where s.size - s.dimensions - 500 <= :maxSize
            order by s.organization_id, s.entity_id, s.name, s.source_field, s.chunk_index, s.id
            """)
    List<Embedding> listByPosts(
            @SqlArray Collection<UUID> organizations, @SqlArray Collection<UUID> posts, boolean vectors, int maxSize);

    @Query("""
            select m.organization_id, m.name, m.dimensions, app.embedding_index_is_ready(m.space_id) as indexed,
              (select count(*) from embeddings e
               where e.organization_id = m.organization_id and e.space_id = m.space_id and e.vector_data is not null) as vectors
            from embedding_models m
            where m.organization_id = any (cast(:organizations as uuid[]))
            order by m.organization_id, m.name
            """)
    List<OrganizationEmbeddingModel> listModels(@SqlArray Collection<UUID> organizations);

    /** The model that makes vectors of an organization's texts. */
    @Query("select model from embedding_settings where organization_id = :organization")
    String findCurrentModel(UUID organization);

    /** Whether somebody gave vectors of a field to the model that answers for the organization. */
    @Query("""
            select exists (
              select from embeddings e
              join embedding_settings c on c.organization_id = e.organization_id
              join embedding_models m on m.organization_id = c.organization_id and m.name = c.model
              where e.organization_id = :organization and e.entity_type = :entityType and e.entity_id = :entity
                and e.space_id = m.space_id and e.source_field = :sourceField and not e.generated)
            """)
    boolean isGiven(UUID organization, String entityType, UUID entity, String sourceField);

    /** Makes the temporary table that embeddings are copied into, empty and until the end of the transaction. */
    @Query("select 1 from app.create_embedding_staging()")
    int createStaging();

    @Query("select written, waiting, cast(rejected as text) as rejected from app.write_embedding_batch(:organization)")
    WriteResult writeBatch(UUID organization);

    /** Waits until nobody else writes embeddings of the organization, for the rest of the transaction. */
    @Query("select 1 from app.lock(:organization, 'embeddings')")
    int lockAlone(UUID organization);

    /** Deletes the texts of a field from one of its chunks on, with what any model made of them. */
    @Query("""
            delete from embeddings
            where organization_id = :organization and entity_type = :entityType and entity_id = :entity
              and source_field = :sourceField and chunk_index >= :chunks and generated
            """)
    long deleteTexts(UUID organization, String entityType, UUID entity, String sourceField, int chunks);

    @Query("""
            select deleted from app.delete_embeddings(:organization, cast(:entityType as text), cast(:entity as uuid),
              cast(:sourceField as text), cast(:model as text))
            """)
    int delete(
            UUID organization,
            @Nullable String entityType,
            @Nullable UUID entity,
            @Nullable String sourceField,
            @Nullable String model);

    @MappedEntity
    record WriteResult(@Id int written, int waiting, String rejected) {}
}
