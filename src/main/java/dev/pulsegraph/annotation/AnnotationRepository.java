package dev.pulsegraph.annotation;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.time.DateRange;
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
interface AnnotationRepository extends GenericRepository<AnnotationRepository.Key, UUID> {
    String COLUMNS = "a.id, a.organization_id, a.happened_on, a.text, a.author_id, a.created_at, a.updated_at";

    static Read<List<Annotation>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from annotations a where a.id = any (cast(:ids as uuid[]))",
                Annotation.class,
                Map.of("ids", ids));
    }

    /** Those of each organization in a range of days, by day. */
    static Read<List<Annotation>> list(Collection<UUID> organizations, DateRange range) {
        return Read.list(
                "select " + COLUMNS + """
                         from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
                          select
                        """ + COLUMNS + """
                           from annotations a
                          where a.organization_id = o.id and a.happened_on >= cast(:from as date) and a.happened_on <= cast(:to as date)
                          order by a.happened_on, a.id) a
                        """,
                Annotation.class,
                Map.of(
                        "organizations",
                        organizations,
                        "from",
                        range.from().toString(),
                        "to",
                        range.to().toString()));
    }

    @Query("""
            insert into annotations (organization_id, id, happened_on, text)
            values (:organization, :id, cast(:date as date), :text)
            """)
    void create(UUID organization, UUID id, String date, String text);

    @Query("""
            update annotations set happened_on = coalesce(cast(:date as date), happened_on), text = coalesce(cast(:text as text), text)
            where organization_id = :organization and id = :id
            """)
    long update(UUID organization, UUID id, @Nullable String date, @Nullable String text);

    @Query("delete from annotations where id = :id")
    long delete(UUID id);

    @MappedEntity("annotations")
    record Key(@Id UUID id) {}
}
