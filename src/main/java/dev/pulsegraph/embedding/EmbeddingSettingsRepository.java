package dev.pulsegraph.embedding;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface EmbeddingSettingsRepository extends GenericRepository<EmbeddingSettings, UUID> {

    /** During a change a text waits too that the next model has not been given yet. */
    @Query("""
            select c.organization_id, c.model, c.next_model, c.language,
              (select count(*) from embeddings e
               join embedding_models m on m.organization_id = e.organization_id and m.space_id = e.space_id
               where e.organization_id = c.organization_id and e.vector_data is null and m.name in (c.model, c.next_model))
              + case when c.next_model is null then 0 else
                (select count(distinct (e.entity_type, e.entity_id, e.source_field, e.chunk_index)) from embeddings e
                 where e.organization_id = c.organization_id and e.content is not null
                   and not exists (
                     select from embeddings n
                     join embedding_models m on m.organization_id = n.organization_id and m.space_id = n.space_id
                     where n.organization_id = e.organization_id and n.entity_type = e.entity_type and n.entity_id = e.entity_id
                       and n.source_field = e.source_field and n.chunk_index = e.chunk_index and m.name = c.next_model)) end
              as waiting
            from embedding_settings c
            where c.organization_id = any (cast(:organizations as uuid[]))
            """)
    List<EmbeddingSettings> listByOrganizations(@SqlArray Collection<UUID> organizations);

    /** The language of its words; empty when the caller may not see the organization. */
    @Query("select language from embedding_settings where organization_id = :organization")
    Optional<String> findLanguage(UUID organization);

    /** For the rest of the transaction nobody else writes embeddings of the organization. */
    @Query("select 1 from app.lock(:organization, 'embeddings')")
    int lockAlone(UUID organization);

    /** What is null stays; the model that answers takes a change back. */
    @Query("""
            update embedding_settings set
              next_model = case when cast(:model as text) is null then next_model else nullif(:model, model) end,
              language = coalesce(cast(:language as text), language)
            where organization_id = :organization
            """)
    long update(UUID organization, @Nullable String model, @Nullable String language);

    @Query("""
            insert into embedding_models (organization_id, name, dimensions) values (:organization, :model, :dimensions)
            on conflict do nothing
            """)
    long createModel(UUID organization, String model, int dimensions);

    /** How many numbers vectors of a model have in an organization. */
    @Query("select dimensions from embedding_models where organization_id = :organization and name = :model")
    Optional<Integer> findDimensions(UUID organization, String model);

    /** Has words be read anew, in the language that is set now. */
    @Query("update embeddings set search = null where organization_id = :organization and content is not null")
    long refreshWords(UUID organization);
}
