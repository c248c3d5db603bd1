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

/** Vectors and ids as bytes, for those who compare them here. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface VectorRepository extends GenericRepository<VectorRepository.Stored, UUID> {

    /** How many vectors an organization has in a space; counted no further than {@code most}. */
    @Query("""
            select count(*) from (
              select from embeddings e
              where e.organization_id = :organization and e.space_id = :space and e.vector_data is not null limit :most) x
            """)
    long count(UUID organization, int space, int most);

    /** The snapshot of this statement. */
    @Query("select cast(pg_current_snapshot() as text)")
    String snapshot();

    /** Vectors in the order of their ids. */
    @Query("""
            select e.id, e.entity_type, e.entity_id, array_send(e.vector_data) as vector
            from embeddings e
            where e.organization_id = :organization and e.space_id = :space and e.vector_data is not null and e.id > :after
            order by e.id limit :limit
            """)
    List<Stored> listPage(UUID organization, int space, UUID after, int limit);

    /**
     * What changed since each of these snapshots, up to {@code most} vectors: at least a row of each, which names the snapshot
     * of this statement.
     */
    @Query("""
            select row_number() over () as number, h.organization_id, cast(pg_current_snapshot() as text) as snapshot,
              c.id, c.entity_type, c.entity_id, coalesce(c.vector, cast('' as bytea)) as vector
            from unnest(cast(:organizations as uuid[]), cast(:spaces as int[]), cast(:snapshots as text[])) h(organization_id, space_id, snapshot)
            left join lateral app.changed_vectors(h.organization_id, h.space_id, cast(h.snapshot as pg_snapshot), :most) c on true
            """)
    List<Changed> listChanged(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> spaces,
            @SqlArray Collection<String> snapshots,
            int most);

    /** The vectors of entities that are searched for, an element of the arrays each. */
    @Query("""
            select row_number() over () as number, s.search, array_send(v.vector_data) as vector
            from unnest(cast(:searches as uuid[]), cast(:organizations as uuid[]), cast(:spaces as int[]), cast(:entityTypes as text[]),
              cast(:entities as uuid[])) s(search, organization_id, space_id, entity_type, entity_id)
            cross join lateral app.source_vectors(s.organization_id, s.space_id, s.entity_type, s.entity_id) v(vector_data)
            """)
    List<Source> listSources(
            @SqlArray Collection<UUID> searches,
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> spaces,
            @SqlArray Collection<String> entityTypes,
            @SqlArray Collection<UUID> entities);

    /**
     * The ids of the embeddings that searches may answer, an element of the arrays each.
     *
     * @param options JSON of {@code app.search_options}
     */
    @Query("""
            select s.search, app.matching_embeddings(s.organization_id, s.space_id,
              jsonb_populate_record(cast(null as app.search_options), s.options)) as ids
            from unnest(cast(:searches as uuid[]), cast(:organizations as uuid[]), cast(:spaces as int[]), cast(:options as jsonb[]))
              s(search, organization_id, space_id, options)
            """)
    List<Matching> listMatching(
            @SqlArray Collection<UUID> searches,
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> spaces,
            @SqlArray Collection<String> options);

    @Query("select prune_embedding_changes()")
    long prune();

    /**
     * A vector as it is stored.
     *
     * @param vector in the binary format of {@code real[]}
     */
    @MappedEntity
    @SuppressWarnings("ArrayRecordComponent")
    record Stored(@Id UUID id, String entityType, UUID entityId, byte[] vector) {}

    /**
     * A vector that changed.
     *
     * @param number of the row
     * @param id null, as all that follows, where nothing changed
     * @param vector in the binary format of {@code real[]}; empty, and the entity null, when it is there no more
     */
    @MappedEntity
    @SuppressWarnings("ArrayRecordComponent")
    record Changed(
            @Id long number,
            UUID organizationId,
            String snapshot,
            @Nullable UUID id,
            @Nullable String entityType,
            @Nullable UUID entityId,
            byte[] vector) {}

    /**
     * A vector that is searched for.
     *
     * @param number of the row
     * @param vector in the binary format of {@code real[]}
     */
    @MappedEntity
    @SuppressWarnings("ArrayRecordComponent")
    record Source(@Id long number, UUID search, byte[] vector) {}

    /**
     * What a search may answer.
     *
     * @param ids of embeddings, 16 bytes each
     */
    @MappedEntity
    @SuppressWarnings("ArrayRecordComponent")
    record Matching(@Id UUID search, byte[] ids) {}
}
