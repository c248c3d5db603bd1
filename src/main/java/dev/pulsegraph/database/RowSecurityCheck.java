package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether tenants are isolated: the login of the server has no powers of its own, and every tenant table has
 * forced row security. A server does not start with a hole in this.
 */
public final class RowSecurityCheck {
    private static final String HOLES = """
            with me as (select * from pg_roles where rolname = session_user),
            tenant_tables as (
              select c.oid, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity
              from pg_class c
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and (c.relname in ('organizations', 'user_profiles')
                  or exists (select from pg_attribute a
                    where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped)))
            select format('the login %I is a superuser', rolname) from me where rolsuper
            union all
            select format('the login %I has BYPASSRLS', rolname) from me where rolbypassrls
            union all
            select format('the login %I owns the table %I', me.rolname, c.relname)
            from me join pg_class c on c.relowner = me.oid and c.relnamespace = 'public'::regnamespace
            union all
            select format('the login %I may read %I without taking a role; make it NOINHERIT', me.rolname, t.relname)
            from me cross join tenant_tables t
            where not me.rolsuper and t.relowner <> me.oid and has_any_column_privilege(me.rolname, t.oid, 'select')
            union all
            select format('the login %I is no member of %s', me.rolname, role)
            from me cross join unnest(array['pulsegraph_api', 'pulsegraph_worker']) role
            where not me.rolsuper and not pg_has_role(me.rolname, role, 'member')
            union all
            select format('the login %I may become %I, which sees all tenants', me.rolname, r.rolname)
            from me join pg_roles r on r.oid <> me.oid and pg_has_role(me.rolname, r.oid, 'member')
            where not me.rolsuper
              and (r.rolsuper or r.rolbypassrls or r.rolname in ('pulsegraph_guard', 'pulsegraph_backup')
                or r.oid in (select relowner from tenant_tables))
            union all
            select format('%s is a superuser or has BYPASSRLS', rolname)
            from pg_roles where rolname like 'pulsegraph\\_%' and rolname in ('pulsegraph_api', 'pulsegraph_worker', 'pulsegraph_guard', 'pulsegraph_backup')
              and (rolsuper or rolbypassrls)
            union all
            select format('the table %I has no row security', relname) from tenant_tables where not relrowsecurity
            union all
            select format('the row security of the table %I is not forced', relname)
            from tenant_tables where relrowsecurity and not relforcerowsecurity
            union all
            select format('the table %I has no policy', relname)
            from tenant_tables t where not exists (select from pg_policy p where p.polrelid = t.oid)
            """;

    private RowSecurityCheck() {}

    /** Every hole found, as a sentence; empty when tenants are isolated. The connection must be the login's. */
    public static List<String> holes(Connection connection) throws SQLException {
        List<String> holes = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(HOLES)) {
            while (rows.next()) {
                holes.add(rows.getString(1));
            }
        }
        return holes;
    }
}
