package dev.pulsegraph.system;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the database knows of itself. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SystemRepository extends GenericRepository<SystemRepository.Capability, String> {

    @Query("select current_setting('server_version')")
    String databaseVersion();

    /** Extensions of use that are installed here; those that are not have no version. */
    @Query("""
            select n.name, e.extname is not null as available, e.extversion as version
            from unnest(array['vector', 'pg_cron', 'pg_stat_statements']) with ordinality n(name, position)
            left join pg_extension e on e.extname = n.name
            order by n.position
            """)
    List<Capability> listCapabilities();

    @Query("""
            select installed_rank as rank, version, description, installed_on as installed_at, execution_time as milliseconds, success
            from flyway_schema_history order by installed_rank
            """)
    List<Migration> listMigrations();

    @Query("select table_name as name, estimated_rows, table_bytes, index_bytes from app.table_sizes()")
    List<TableSize> listTables();

    /** Only where pg_stat_statements is installed. */
    @Query("""
            select queryid as id, query as statement, calls, total_exec_time as total_milliseconds, mean_exec_time as mean_milliseconds
            from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database()) and queryid is not null
            order by total_exec_time desc limit 20
            """)
    List<SlowStatement> listSlowStatements();

    @MappedEntity
    record Capability(
            @Id String name, boolean available, @Nullable String version) {}

    @MappedEntity
    record Migration(
            @Id int rank,
            @Nullable String version,
            String description,
            Instant installedAt,
            int milliseconds,
            boolean success) {}

    @MappedEntity
    record TableSize(@Id String name, long estimatedRows, long tableBytes, long indexBytes) {}

    @MappedEntity
    record SlowStatement(
            @Id long id, String statement, long calls, double totalMilliseconds, double meanMilliseconds) {}
}
