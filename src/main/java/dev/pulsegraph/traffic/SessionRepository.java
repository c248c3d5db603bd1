package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Pages of sessions, newest first, before the place given. Those of one user code are a statement of their own, so that
 * each walks an index of its own.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SessionRepository extends GenericRepository<Session, UUID> {

    String COLUMNS = """
            s.id, s.organization_id, s.session_id, s.visitor, nullif(s.user_code, '') as user_code,
              nullif(s.share_code, '') as share_code, nullif(s.contact_id, '') as contact_id, s.first_seen, s.last_seen,
              s.page_views, s.clicks, s.referrer, s.user_agent
            """;

    String BEFORE = """
                and s.first_seen >= cast(:from as timestamptz) and s.first_seen < cast(:to as timestamptz)
                and (s.first_seen, s.id) < (cast(:beforeAt as timestamptz), cast(:beforeId as uuid))
              order by s.first_seen desc, s.id desc limit :limit) s
            """;

    @Query("select " + COLUMNS + " from analytics_sessions s where s.id = any (cast(:ids as uuid[]))")
    List<Session> listByIds(@TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> ids);

    @Query("select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select s.id, s.organization_id, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
                s.last_seen, s.page_views, s.clicks, s.referrer, s.user_agent
              from analytics_sessions s
              where s.organization_id = o.id
            """ + BEFORE)
    List<Session> listPages(
            @TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> organizations,
            String from,
            String to,
            String beforeAt,
            UUID beforeId,
            int limit);

    @Query("select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select s.id, s.organization_id, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
                s.last_seen, s.page_views, s.clicks, s.referrer, s.user_agent
              from analytics_sessions s
              where s.organization_id = o.id and s.user_code = :userCode
            """ + BEFORE)
    List<Session> listPages(
            @TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> organizations,
            String userCode,
            String from,
            String to,
            String beforeAt,
            UUID beforeId,
            int limit);
}
