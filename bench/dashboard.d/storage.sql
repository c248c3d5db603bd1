-- Bytes an event: of raw rows, of days, and of the same events as one column of jsonb, by a sample of 100,000.
\set ON_ERROR_STOP on
create temp table documents as
select to_jsonb(v) as event from analytics_page_views v limit 100000;
with sizes as (
  select 'views, clicks and sessions' as what, sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits
  where inhparent in ('analytics_page_views'::regclass, 'analytics_clicks'::regclass, 'analytics_sessions'::regclass)
  union all
  select 'days', sum(pg_total_relation_size(c.oid)) from pg_class c where c.relname like 'analytics\_daily\_%' and c.relkind = 'r'
  union all
  select 'as one column of jsonb', pg_total_relation_size('documents') * (events / (select count(*) from documents)::numeric)
  from (select (select count(*) from analytics_page_views) + (select count(*) from analytics_clicks) as events) e
)
select format('  %-28s %8s MB  %7s bytes an event', what, round(bytes / 1e6),
  round(bytes / ((select count(*) from analytics_page_views) + (select count(*) from analytics_clicks))::numeric, 1))
from sizes;
