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

    /** Which model a query is about in each organization, and its space where there are vectors of it. */
    @Query("""
            select c.organization_id, coalesce(cast(:model as text), c.model) as model, m.space_id, m.dimensions
            from embedding_settings c
            left join embedding_models m on m.organization_id = c.organization_id and m.name = coalesce(cast(:model as text), c.model)
            where c.organization_id = any (cast(:organizations as uuid[]))
            """)
    List<SearchSpace> listSearchSpaces(@SqlArray Collection<UUID> organizations, @Nullable String model);

    /**
     * One query of several organizations.
     *
     * @param vector text of an array of numbers at unit length; null where an entity or words are searched for
     * @param options JSON of {@code app.search_options}
     */
    @Query("""
            select o.id as key, cast(null as text) as model, s.strategy, s.sources, s.more, s.vector_candidates,
              s.keyword_candidates, cast(s.matches as text) as matches
            from unnest(cast(:organizations as uuid[]), cast(:spaces as int[])) o(id, space)
            cross join lateral app.similar(o.id, o.space, cast(:vector as real[]), cast(:options as jsonb)) s
            """)
    List<Answer> search(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> spaces,
            @Nullable String vector,
            String options);

    default List<Answer> search(List<SearchSpace> spaces, @Nullable String vector, String options) {
        return search(
                spaces.stream().map(SearchSpace::organizationId).toList(),
                spaces.stream().map(space -> String.valueOf(space.spaceId())).toList(),
                vector,
                options);
    }

    /**
     * What is like each of several posts, by the model that answers for their organizations.
     *
     * @param options JSON of {@code app.search_options}, without the post
     */
    @Query("""
            select p.id as key, c.model, s.strategy, s.sources, s.more, s.vector_candidates,
              s.keyword_candidates, cast(s.matches as text) as matches
            from (select organization_id, id from posts_core where id = any (cast(:posts as uuid[])) offset 0) p
            join embedding_settings c on c.organization_id = p.organization_id
            left join embedding_models m on m.organization_id = c.organization_id and m.name = c.model
            left join lateral app.similar(p.organization_id, m.space_id, null,
              cast(:options as jsonb) || jsonb_build_object('source_type', 'post', 'source_id', p.id)) s
              on m.space_id is not null
            """)
    List<Answer> searchLikePosts(@SqlArray Collection<UUID> posts, String options);

    /** The texts of chunks, of those that have one. */
    @Query("select id, content as text from embeddings where id = any (cast(:ids as uuid[])) and content is not null")
    List<Text> listTexts(@SqlArray Collection<UUID> ids);

    @MappedEntity
    record Text(@Id UUID id, String text) {}

    /**
     * The model of an organization that a query is about.
     *
     * @param spaceId null where there are no vectors of the model, as {@code dimensions} is
     */
    @MappedEntity
    record SearchSpace(
            @Id UUID organizationId,
            String model,
            @Nullable Integer spaceId,
            @Nullable Integer dimensions) {}

    /**
     * What is alike.
     *
     * @param key the organization or post that the answer is about
     * @param model which was chosen by the statement; null where the query names it
     * @param sources how many vectors were compared with the others; null, as all the rest, where there are none at all
     * @param matches JSON of a list of {@link SimilarMatch}
     */
    @MappedEntity
    record Answer(
            @Id UUID key,
            @Nullable String model,
            @Nullable String strategy,
            @Nullable Integer sources,
            @Nullable Boolean more,
            @Nullable Integer vectorCandidates,
            @Nullable Integer keywordCandidates,
            @Nullable String matches) {}
}
