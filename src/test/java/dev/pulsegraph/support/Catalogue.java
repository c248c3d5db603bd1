package dev.pulsegraph.support;

import java.util.List;

/** Everything the catalogue knows of a database's own objects, a line each, without what differs by chance. */
public final class Catalogue {
    private static final String LINES = """
            with spaces as (select oid, nspname from pg_namespace where nspname in ('public', 'app')),
            relations as (
              select c.*, s.nspname || '.' || c.relname as name from pg_class c join spaces s on s.oid = c.relnamespace
              where c.relname !~ '^flyway_'
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')),
            functions as (
              select p.*, s.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name
              from pg_proc p join spaces s on s.oid = p.pronamespace
              where not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))
            select format('schema %s owner %s acl %s comment %s', n.nspname, n.nspowner::regrole,
              (select array_agg(a::text order by a::text) from unnest(n.nspacl) a), obj_description(n.oid, 'pg_namespace'))
            from pg_namespace n where n.nspname in ('public', 'app')
            union all
            select format('relation %s kind %s owner %s security %s forced %s options %s acl %s comment %s', name, relkind,
              relowner::regrole, relrowsecurity, relforcerowsecurity, reloptions,
              (select array_agg(a::text order by a::text) from unnest(relacl) a), obj_description(oid, 'pg_class'))
            from relations
            union all
            select format('column %s.%s %s %s not null %s default %s identity %s generated %s collation %s options %s acl %s comment %s', r.name, a.attnum, a.attname,
              format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
              a.attcollation::regcollation,
              -- PostgreSQL, as of 17.12, keeps a number of its own here that every change of a table renews.
              (select array_agg(o order by o) from unnest(a.attoptions) o where o not like 'pg\\_attver=%'),
              (select array_agg(x::text order by x::text) from unnest(a.attacl) x), col_description(r.oid, a.attnum))
            from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
            where r.relkind in ('r', 'p', 'v', 'm', 'f')
            union all
            select format('constraint %s on %s %s validated %s comment %s', c.conname, r.name, pg_get_constraintdef(c.oid), c.convalidated,
              obj_description(c.oid, 'pg_constraint'))
            from pg_constraint c join relations r on r.oid = c.conrelid
            union all
            select format('index %s valid %s', pg_get_indexdef(x.indexrelid), x.indisvalid)
            from pg_index x join relations r on r.oid = x.indrelid
            union all
            select format('view %s %s', r.name, pg_get_viewdef(r.oid)) from relations r where r.relkind in ('v', 'm')
            union all
            select format('policy %s on %s.%s %s %s to %s using %s check %s comment %s', p.policyname, p.schemaname, p.tablename, p.permissive, p.cmd,
              p.roles, p.qual, p.with_check,
              (select obj_description(o.oid, 'pg_policy') from pg_policy o
               where o.polname = p.policyname and o.polrelid = (p.schemaname || '.' || p.tablename)::regclass))
            from pg_policies p
            union all
            select format('trigger %s enabled %s comment %s', pg_get_triggerdef(t.oid), t.tgenabled, obj_description(t.oid, 'pg_trigger'))
            from pg_trigger t join relations r on r.oid = t.tgrelid where not t.tgisinternal
            union all
            select format('function %s owner %s acl %s comment %s %s', name, proowner::regrole,
              (select array_agg(a::text order by a::text) from unnest(proacl) a), obj_description(oid, 'pg_proc'),
              pg_get_functiondef(oid))
            from functions where prokind <> 'a'
            union all
            select format('type %s.%s %s', s.nspname, t.typname, t.typtype)
            from pg_type t join spaces s on s.oid = t.typnamespace
            where t.typtype in ('e', 'd') or (t.typtype = 'c' and t.typrelid in (select oid from relations where relkind = 'c'))
            union all
            select format('default privileges of %s in %s on %s: %s', d.defaclrole::regrole, d.defaclnamespace, d.defaclobjtype,
              (select array_agg(a::text order by a::text) from unnest(d.defaclacl) a))
            from pg_default_acl d
            order by 1""";

    private Catalogue() {}

    public static List<String> of(TestDatabase database) {
        return database.texts(LINES);
    }
}
