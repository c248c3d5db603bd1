package dev.pulsegraph.organization;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
public interface AuditRepository extends GenericRepository<AuditEntry, UUID> {
    String COLUMNS = """
            a.id, a.organization_id, a.occurred_at, a.actor_label, a.actor_user_id, a.action, a.subject_type, a.subject_id,
              a.before, a.after""";

    @Query("select " + COLUMNS + " from audit_log a where a.id = any (cast(:ids as uuid[]))")
    List<AuditEntry> listByIds(@TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> ids);

    /** A page of each organization's log, newest first, before the place given. */
    @Query("select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from audit_log a
              where a.organization_id = o.id
                and (a.occurred_at, a.id) < (cast(:beforeAt as timestamptz), cast(:beforeId as uuid))
              order by a.occurred_at desc, a.id desc limit :limit) a
            """)
    List<AuditEntry> listPages(
            @TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> organizations,
            String beforeAt,
            UUID beforeId,
            int limit);
}
