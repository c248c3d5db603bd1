-- A table as metric_readings, with its columns, checks, primary key and months, and nothing that looks at its rows.
\set ON_ERROR_STOP on
drop schema if exists plain cascade;
create schema plain;
create table plain.samples (like metric_readings including all) partition by range (recorded_at);
select format('create table plain.%I partition of plain.samples for values from (%L) to (%L)', 'samples_' || to_char(month, 'YYYY_MM'),
  month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC')
from generate_series(date_trunc('month', now() - interval '370 days', 'UTC') at time zone 'UTC', now() at time zone 'UTC', interval '1 month') month \gexec
create temp view rows as
select m.organization_id, m.series_id, m.recorded_at, m.metric_value, m.metadata
from metric_readings m join organizations o on o.id = m.organization_id where o.slug = :'slug' order by m.recorded_at;
\copy (select * from rows) to 'plain.copy'
