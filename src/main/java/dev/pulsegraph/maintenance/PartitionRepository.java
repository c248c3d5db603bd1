package dev.pulsegraph.maintenance;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;

/** The partitions of tables that features registered in {@code monthly_tables}; all as the worker. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PartitionRepository extends GenericRepository<PartitionRepository.MonthlyTable, String> {

    /** Answers how many were missing. */
    @Query("select app.make_partitions_ahead()")
    int makeAhead();

    @MappedEntity("monthly_tables")
    record MonthlyTable(@Id String parent) {}
}
