package dev.pulsegraph.metric;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** What keeps metrics in order; all as the worker. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface MetricUpkeepRepository extends GenericRepository<MetricUpkeepRepository.Changed, UUID> {

    @Query("select archive_old_metrics(cast(:retention as interval))")
    int archive(String retention);

    @Query("select app.rebuild_metric_zone(:organization)")
    boolean rebuildZone(UUID organization);

    @Query("select distinct organization_id, metric from metric_dirty_days order by organization_id, metric")
    List<Changed> listChanged();

    /** Answers how many days were done; 0 when there are no more. */
    @Query("select app.refresh_cross_platform(:organization, :metric)")
    int refresh(UUID organization, String metric);

    /** What differed from a recount, and was set right. */
    @Query("""
            select format('%s of %s (organization %s, series %s)%s was %s, counted %s', part, metric, organization_id, series_id,
              coalesce(format(' of %s minutes at %s', tier, bucket), ''), coalesce(stored::text, 'missing'),
              coalesce(counted::text, 'none'))
            from app.audit_metrics(:sampled)
            """)
    List<String> audit(int sampled);

    @MappedEntity("metric_dirty_days")
    record Changed(@Id UUID organizationId, String metric) {}
}
