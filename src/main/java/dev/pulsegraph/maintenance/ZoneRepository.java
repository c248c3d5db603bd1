package dev.pulsegraph.maintenance;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** The zones that the days of rollups are built for; all as the worker. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ZoneRepository extends GenericRepository<ZoneRepository.RollupZone, UUID> {

    /** The organizations that moved to another zone since their days were built. */
    @Query("select organization from app.outdated_zones(:rollup) organization")
    List<UUID> listOutdated(String rollup);

    @MappedEntity("rollup_zones")
    record RollupZone(@Id UUID organizationId, String rollup, String timeZone) {}
}
