-- package: database
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
