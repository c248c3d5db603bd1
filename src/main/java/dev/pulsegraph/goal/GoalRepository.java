package dev.pulsegraph.goal;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.Row;
import dev.pulsegraph.funnel.FunnelStep;
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

/** Goals, and how many reach them. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface GoalRepository extends GenericRepository<GoalRepository.Key, UUID> {
    String GOALS = """
            select g.id, g.organization_id, g.name, g.event, g.path, g.click_target, g.conditions, g.value, g.created_at, g.updated_at,
              o.time_zone
            from goals g join organizations o on o.id = g.organization_id
            """;

    static Read<List<Goal>> byIds(Collection<UUID> ids) {
        return Read.list(GOALS + "where g.id = any (cast(:ids as uuid[]))", GoalRepository::goal, Map.of("ids", ids));
    }

    static Read<List<Goal>> byOrganizations(Collection<UUID> organizations) {
        return Read.list(
                GOALS + "where g.organization_id = any (cast(:organizations as uuid[])) order by g.name, g.id",
                GoalRepository::goal,
                Map.of("organizations", organizations));
    }

    /**
     * Counts conversions.
     *
     * @param requests a JSON array of questions, numbered from 1
     */
    static Read<List<Count>> counts(String requests) {
        return Read.list("""
                select r.request, c.position, c.previous, c.visitors, c.conversions, c.revenue
                from jsonb_to_recordset(cast(:requests as jsonb)) r(request int, organization_id uuid, scan jsonb)
                cross join lateral app.count_conversions(r.organization_id, r.scan) c
                """, Count.class, Map.of("requests", requests));
    }

    @Query("""
            insert into goals (organization_id, id, name, event, path, click_target, conditions, value)
            values (:organization, :id, :name, cast(:event as text), cast(:path as text), cast(:clickTarget as text),
              coalesce(cast(:conditions as jsonb), '[]'), cast(:value as text))
            """)
    void create(
            UUID organization,
            UUID id,
            String name,
            @Nullable String event,
            @Nullable String path,
            @Nullable String clickTarget,
            @Nullable String conditions,
            @Nullable String value);

    @Query("""
            update goals set
              name = coalesce(cast(:name as text), name),
              event = case when :setStep then cast(:event as text) else event end,
              path = case when :setStep then cast(:path as text) else path end,
              click_target = case when :setStep then cast(:clickTarget as text) else click_target end,
              conditions = coalesce(cast(:conditions as jsonb), conditions),
              value = case when :setValue then cast(:value as text) else value end
            where organization_id = :organization and id = :id
            """)
    long update(
            UUID organization,
            UUID id,
            @Nullable String name,
            boolean setStep,
            @Nullable String event,
            @Nullable String path,
            @Nullable String clickTarget,
            @Nullable String conditions,
            boolean setValue,
            @Nullable String value);

    @Query("delete from goals where id = :id")
    long delete(UUID id);

    private static Goal goal(Row row) {
        return new Goal(
                row.uuid(1),
                row.uuid(2),
                FunnelStep.ofColumns(row.text(3), row.findText(4), row.findText(5), row.findText(6), row.findJson(7)),
                row.findText(8),
                row.instant(9),
                row.instant(10),
                row.text(11));
    }

    /**
     * Of a goal, or of everybody.
     *
     * @param request which question
     * @param position of the goal in it, 0 for everybody
     */
    record Count(int request, int position, boolean previous, long visitors, long conversions, double revenue) {}

    @MappedEntity("goals")
    record Key(@Id UUID id) {}
}
