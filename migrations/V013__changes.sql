-- How nodes tell each other that something changed, so that subscriptions on any of them look again.
--
-- A notification holds no data: who is told reads the value for itself, under its own rights. PostgreSQL sends one only
-- after the commit, and equal ones of a transaction once.

create function app.notify_change(topic text, organization uuid) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select pg_catalog.pg_notify('pulsegraph_changes', topic || ' ' || organization)
$$;
comment on function app.notify_change(text, uuid) is
  'Tells every node, after the commit, that something of the organization changed; the topic, which has no space, says what.';
grant execute on function app.notify_change(text, uuid) to pulsegraph_worker, pulsegraph_guard;

-- Whoever writes days: the batch of events, an audit that heals them, a change of zone.
create function app.tell_traffic() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform app.notify_change('traffic', c.organization_id) from (select distinct x.organization_id from changed x) c;
  return null;
end
$$;
comment on function app.tell_traffic() is 'Tells that days of traffic changed.';
create trigger analytics_daily_stats_tell_insert after insert on analytics_daily_stats
  referencing new table as changed for each statement execute function app.tell_traffic();
create trigger analytics_daily_stats_tell_update after update on analytics_daily_stats
  referencing new table as changed for each statement execute function app.tell_traffic();
create trigger analytics_daily_stats_tell_delete after delete on analytics_daily_stats
  referencing old table as changed for each statement execute function app.tell_traffic();
