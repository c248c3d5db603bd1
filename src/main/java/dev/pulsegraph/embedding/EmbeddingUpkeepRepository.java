package dev.pulsegraph.embedding;

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

/** What has texts embedded that wait for it, and models take over; all as the worker. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface EmbeddingUpkeepRepository extends GenericRepository<EmbeddingUpkeepRepository.PendingText, UUID> {

    /** Where texts wait, of any organization or of one. */
    @Query("""
            select m.organization_id, m.space_id, m.name as model, m.dimensions
            from embedding_models m
            where (cast(:organization as uuid) is null or m.organization_id = :organization) and exists (
              select from embeddings e
              where e.organization_id = m.organization_id and e.space_id = m.space_id and e.vector_data is null)
            order by m.organization_id, m.name
            """)
    List<PendingSpace> listPendingSpaces(@Nullable UUID organization);

    /** Texts that wait, in the order of their ids. */
    @Query("""
            select e.id, e.content, encode(e.content_hash, 'hex') as hash
            from embeddings e
            where e.organization_id = :organization and e.space_id = :space and e.vector_data is null and e.id > :after
            order by e.id limit :limit
            """)
    List<PendingText> listPending(UUID organization, int space, UUID after, int limit);

    @Query("""
            select count(*) from embeddings e
            where e.organization_id = :organization and e.space_id = :space and e.vector_data is null
            """)
    long countPending(UUID organization, int space);

    /** As all writers of vectors do, for the rest of the transaction. */
    @Query("select 1 from app.lock(:organization, 'embeddings', true)")
    int lockShared(UUID organization);

    /** For the rest of the transaction nobody else writes embeddings of the organization. */
    @Query("select 1 from app.lock(:organization, 'embeddings')")
    int lockAlone(UUID organization);

    /**
     * Gives texts their vectors, but for those that changed meanwhile or that somebody else has in hand.
     *
     * @param vectors texts of arrays of numbers at unit length
     */
    @Query("""
            with vectors as (
              select * from unnest(cast(:ids as uuid[]), cast(:hashes as text[]), cast(:vectors as text[])) w(id, hash, vector)
            ),
            held as (
              select e.id from embeddings e
              where e.organization_id = :organization and e.id = any (cast(:ids as uuid[])) and e.vector_data is null
              order by e.id for no key update skip locked
            )
            update embeddings e set vector_data = cast(w.vector as real[])
            from vectors w join held h on h.id = w.id
            where e.organization_id = :organization and e.id = w.id and e.vector_data is null
              and e.content_hash = decode(w.hash, 'hex')
            """)
    long saveVectors(
            UUID organization,
            @SqlArray Collection<UUID> ids,
            @SqlArray Collection<String> hashes,
            @SqlArray Collection<String> vectors);

    /** The changes of models that are not finished. */
    @Query("""
            select c.organization_id, coalesce(o.space_id, 0) as space_id, c.next_model, n.space_id as next_space_id,
              n.dimensions as next_dimensions
            from embedding_settings c
            left join embedding_models o on o.organization_id = c.organization_id and o.name = c.model
            join embedding_models n on n.organization_id = c.organization_id and n.name = c.next_model
            order by c.organization_id
            """)
    List<ModelChange> listChanges();

    /**
     * One row a text that the next model has not, or has as it was before: the row of the model that answers, else the
     * oldest of any other.
     */
    @Query("""
            select e.id from embeddings e
            where e.organization_id = :organization and e.space_id <> :next and e.content is not null
              and (e.space_id = :space or not exists (
                select from embeddings o
                where o.organization_id = e.organization_id and o.entity_type = e.entity_type and o.entity_id = e.entity_id
                  and o.source_field = e.source_field and o.chunk_index = e.chunk_index and o.space_id <> :next
                  and o.content is not null and (o.space_id = :space or o.id < e.id)))
              and not exists (
                select from embeddings n
                where n.organization_id = e.organization_id and n.entity_type = e.entity_type and n.entity_id = e.entity_id
                  and n.space_id = :next and n.source_field = e.source_field and n.chunk_index = e.chunk_index
                  and (not n.generated or n.content = e.content))
            limit :limit
            """)
    List<UUID> listTextsWithout(UUID organization, int space, int next, int limit);

    /**
     * Has texts wait for the next model.
     *
     * @param sources rows of the texts
     * @param ids those of the new rows
     */
    @Query("""
            insert into embeddings as t (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id, content,
              metadata, generated)
            select s.organization_id, n.id, s.entity_type, s.entity_id, s.source_field, s.chunk_index, :next, s.content,
              s.metadata, true
            from unnest(cast(:sources as uuid[]), cast(:ids as uuid[])) n(source, id)
            join embeddings s on s.organization_id = :organization and s.id = n.source
            order by s.entity_type, s.entity_id, s.source_field, s.chunk_index
            on conflict (organization_id, entity_type, entity_id, space_id, source_field, chunk_index) do update set
              content = excluded.content, metadata = excluded.metadata, vector_data = null
              where t.generated and t.content is distinct from excluded.content
            """)
    long enqueue(UUID organization, int next, @SqlArray Collection<UUID> sources, @SqlArray Collection<UUID> ids);

    /** Has the next model answer from now on, unless somebody chose another meanwhile. */
    @Query("""
            update embedding_settings set model = next_model, next_model = null
            where organization_id = :organization and next_model = :model
            """)
    long activate(UUID organization, String model);

    /** Texts of one model that wait. */
    @MappedEntity
    record PendingSpace(@Id UUID organizationId, int spaceId, String model, int dimensions) {}

    /**
     * A text that waits.
     *
     * @param hash of the content, in hexadecimal
     */
    @MappedEntity
    record PendingText(@Id UUID id, String content, String hash) {}

    /**
     * A model that is to take over.
     *
     * @param spaceId of the model that answers; 0 where it has no vectors
     */
    @MappedEntity
    record ModelChange(@Id UUID organizationId, int spaceId, String nextModel, int nextSpaceId, int nextDimensions) {}

    /** What a post says, and what of it has vectors. */
    @MappedEntity
    record PostText(
            @Id UUID id,
            @Nullable String title,
            @Nullable String content,
            @Nullable String hashes,
            boolean given) {}

    /**
     * Posts of an organization with what was embedded of them: the hashes of their texts' chunks by a model, and whether
     * somebody gave vectors of their own.
     */
    @Query("""
            select p.id, p.title, c.content,
              (select string_agg(encode(e.content_hash, 'hex'), ',' order by e.chunk_index) from embeddings e
               where e.organization_id = p.organization_id and e.entity_type = 'post' and e.entity_id = p.id
                 and e.space_id = :space and e.source_field = 'content' and e.generated and e.vector_data is not null) as hashes,
              exists (select from embeddings e
               where e.organization_id = p.organization_id and e.entity_type = 'post' and e.entity_id = p.id
                 and e.space_id = :space and e.source_field = 'content' and not e.generated) as given
            from posts_core p
            left join posts_content c on c.organization_id = p.organization_id and c.post_id = p.id
            where p.organization_id = :organization and p.id > :after
            order by p.id limit :limit
            """)
    List<PostText> listPosts(UUID organization, int space, UUID after, int limit);

    @Query(
            "select count(*) from posts_core where cast(:organization as uuid) is null or organization_id = :organization")
    long countPosts(@Nullable UUID organization);

    /** The model of each organization, or of one, and its space where there are vectors of it. */
    @Query("""
            select c.organization_id, c.model, coalesce(m.space_id, 0) as space_id, coalesce(m.dimensions, 0) as dimensions
            from embedding_settings c
            join organizations o on o.id = c.organization_id
            left join embedding_models m on m.organization_id = c.organization_id and m.name = c.model
            where cast(:slug as text) is null or o.slug = :slug
            order by o.slug
            """)
    List<CurrentModel> listCurrentModels(@Nullable String slug);

    /**
     * The model that answers for an organization.
     *
     * @param spaceId 0 where there are no vectors of the model, as {@code dimensions} is
     */
    @MappedEntity
    record CurrentModel(@Id UUID organizationId, String model, int spaceId, int dimensions) {}
}
