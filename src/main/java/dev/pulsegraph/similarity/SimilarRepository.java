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
interface SimilarRepository extends GenericRepository<SimilarRepository.Ground, UUID> {

    /** Which model a question is about in each organization, and its space where there are vectors of it. */
    @Query("""
            select c.organization_id, coalesce(cast(:model as text), c.model) as model, m.space_id, m.dimensions
            from embedding_choices c
            left join embedding_models m on m.organization_id = c.organization_id and m.name = coalesce(cast(:model as text), c.model)
            where c.organization_id = any (cast(:organizations as uuid[]))
            """)
    List<Ground> listGround(@SqlArray Collection<UUID> organizations, @Nullable String model);

    /**
     * One question of several organizations.
     *
     * @param vector text of an array of numbers at unit length
     * @param halfLife of the boost, in days
     * @param way {@code exact}, {@code index}, or null for what is best
     */
    @Query("""
            select o.id as key, cast(null as text) as model, s.strategy, s.sources, s.more, s.vector_candidates,
              s.keyword_candidates, cast(s.matches as text) as matches
            from unnest(cast(:organizations as uuid[]), cast(:spaces as int[])) o(id, space)
            cross join lateral app.similar(o.id, o.space, :mode, cast(:vector as real[]),
              cast(:sourceType as text), cast(:source as uuid), cast(:words as text), :first, cast(:threshold as double precision),
              cast(:entityTypes as text[]), cast(:platforms as text[]),
              cast(:publishedFrom as timestamptz), cast(:publishedTo as timestamptz), cast(:metadata as jsonb),
              :fusionK, :vectorWeight, :keywordWeight,
              cast(:boostMetric as text), cast(:boostWeight as double precision),
              make_interval(secs => 86400 * cast(:halfLife as double precision)), cast(:way as text)) s
            """)
    List<Answer> search(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> spaces,
            String mode,
            @Nullable String vector,
            @Nullable String sourceType,
            @Nullable UUID source,
            @Nullable String words,
            int first,
            @Nullable Double threshold,
            @SqlArray @Nullable Collection<String> entityTypes,
            @SqlArray @Nullable Collection<String> platforms,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable String metadata,
            int fusionK,
            double vectorWeight,
            double keywordWeight,
            @Nullable String boostMetric,
            @Nullable Double boostWeight,
            @Nullable Double halfLife,
            @Nullable String way);

    /** The same, of a question as a whole. */
    default List<Answer> search(
            List<Ground> grounds, SimilarQuestion question, @Nullable String vector, @Nullable String way) {
        EntityKey source = question.source();
        SimilarQuestion.Boost boost = question.boost();
        return search(
                grounds.stream().map(Ground::organizationId).toList(),
                grounds.stream().map(ground -> String.valueOf(ground.spaceId())).toList(),
                question.mode().stored(),
                vector,
                source == null ? null : source.type().stored(),
                source == null ? null : source.id(),
                question.mode() == SimilarMode.VECTOR ? null : question.text(),
                question.first(),
                question.threshold(),
                question.entityTypes(),
                question.platforms(),
                question.publishedFrom() == null
                        ? null
                        : question.publishedFrom().toString(),
                question.publishedTo() == null ? null : question.publishedTo().toString(),
                question.metadata(),
                question.fusion().k(),
                question.fusion().vectorWeight(),
                question.fusion().keywordWeight(),
                boost == null ? null : boost.metric(),
                boost == null ? null : boost.weight(),
                boost == null ? null : boost.halfLife(),
                way);
    }

    /** What is like each of several posts, by the model that answers for their organizations. */
    @Query("""
            select p.id as key, c.model, s.strategy, s.sources, s.more, s.vector_candidates,
              s.keyword_candidates, cast(s.matches as text) as matches
            from (select organization_id, id from posts_core where id = any (cast(:posts as uuid[])) offset 0) p
            join embedding_choices c on c.organization_id = p.organization_id
            left join embedding_models m on m.organization_id = c.organization_id and m.name = c.model
            left join lateral app.similar(p.organization_id, m.space_id, 'vector', null, 'post', p.id, null, :first,
              cast(:threshold as double precision), cast(:entityTypes as text[]), null, null, null, null, 60, 1, 1, null, null, null, null) s
              on m.space_id is not null
            """)
    List<Answer> searchLikePosts(
            @SqlArray Collection<UUID> posts,
            int first,
            @Nullable Double threshold,
            @SqlArray @Nullable Collection<String> entityTypes);

    /** The texts of chunks, of those that have one. */
    @Query("select id, content as text from embeddings where id = any (cast(:ids as uuid[])) and content is not null")
    List<Text> listTexts(@SqlArray Collection<UUID> ids);

    @MappedEntity
    record Text(@Id UUID id, String text) {}

    /**
     * The model of an organization that a question is about.
     *
     * @param spaceId null where there are no vectors of the model, as {@code dimensions} is
     */
    @MappedEntity
    record Ground(
            @Id UUID organizationId,
            String model,
            @Nullable Integer spaceId,
            @Nullable Integer dimensions) {}

    /**
     * What is alike.
     *
     * @param key the organization or post that was asked about
     * @param model which was chosen by the statement; null where the question names it
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
