-- package: system
-- What an operator may ask about the database itself. Nothing here is a tenant's.

create function app.table_sizes() returns table (table_name text, estimated_rows bigint, table_bytes bigint, index_bytes bigint)
language sql stable as $$
  select c.relname::text, greatest(c.reltuples, 0)::bigint, pg_table_size(c.oid), pg_indexes_size(c.oid)
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'm')
  order by pg_total_relation_size(c.oid) desc, c.relname
$$;
comment on function app.table_sizes() is 'Every table, largest first. Rows are the planner''s estimate.';
grant execute on function app.table_sizes() to pulsegraph_api;

grant select on flyway_schema_history to pulsegraph_api, pulsegraph_worker;

-- By the name and the columns of source 003.
create view schema_migrations with (security_invoker = true) as
select h.version::int as version, h.description::text as name, h.installed_on at time zone current_setting('TimeZone') as applied_at
from flyway_schema_history h
where h.success and h.version is not null;
comment on view schema_migrations is 'Migrations that were applied, of the history that Flyway keeps.';
grant select on schema_migrations to pulsegraph_api, pulsegraph_worker;
