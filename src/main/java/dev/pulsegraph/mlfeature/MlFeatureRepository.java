package dev.pulsegraph.mlfeature;

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

@JdbcRepository(dialect = Dialect.POSTGRES)
interface MlFeatureRepository extends GenericRepository<MlFeature, UUID> {

    /**
     * Of each entity the feature sets, each in the version asked for, else in its newest.
     *
     * @param organizations those of the entities, one each
     * @param types of the entities, one each
     */
    @Query("""
            select f.organization_id, f.entity_type, f.entity_id, f.feature_set, f.version, f.values, f.computed_at
            from unnest(cast(:organizations as uuid[]), cast(:types as text[]), cast(:entities as uuid[]))
              e(organization_id, entity_type, entity_id)
            cross join lateral (
              select distinct on (f.feature_set)
                f.organization_id, f.entity_type, f.entity_id, f.feature_set, f.version, f.values, f.computed_at
              from ml_features f
              where f.organization_id = e.organization_id and f.entity_type = e.entity_type and f.entity_id = e.entity_id
                and (cast(:featureSet as text) is null or f.feature_set = cast(:featureSet as text))
                and (cast(:version as int) is null or f.version = cast(:version as int))
              order by f.feature_set, f.version desc limit :first) f
            order by f.organization_id, f.entity_type, f.entity_id, f.feature_set
            """)
    List<MlFeature> listByEntities(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> types,
            @SqlArray Collection<UUID> entities,
            @Nullable String featureSet,
            @Nullable Integer version,
            int first);

    /**
     * Writes feature vectors.
     *
     * @param features a JSON array with the names of the columns, and the place of each as {@code position}
     */
    @Query(
            "select written, cast(rejected as text) as rejected from app.upsert_ml_features(:organization, cast(:features as jsonb))")
    WriteResult upsert(UUID organization, String features);

    @MappedEntity
    record WriteResult(@Id int written, String rejected) {}
}
