-- package: event
-- Sessions: what visitors do without a long time between, merged from events in whatever order they arrive.

create table analytics_sessions (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  session_key uuid not null,
  session_id text,
  visitor text not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  page_views int not null default 0,
  clicks int not null default 0,
  first_message_key uuid not null,
  ip_address inet,
  user_agent text,
  referrer text,
  dimensions text[],
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint analytics_sessions_pkey primary key (organization_id, first_seen, id),
  constraint analytics_sessions_last_seen_after check (last_seen >= first_seen),
  constraint analytics_sessions_counts_positive check (page_views >= 0 and clicks >= 0 and page_views + clicks > 0)
) partition by range (first_seen);
comment on table analytics_sessions is
  'The views and clicks of one visitor in one session of the client, separated by less than 24 hours, or without one, by less than 30 minutes. What describes a session is that of its earliest event. Partitioned by month in UTC.';
comment on column analytics_sessions.session_key is 'The visitor and the client''s session, if it named one, hashed.';
comment on column analytics_sessions.session_id is 'As the client named it; null when the session was found by the time between events alone.';
comment on column analytics_sessions.dimensions is
  'Hostname, referrer, source, channel, UTM source, medium, campaign, term and content, country, language, device, browser, operating system and path of the earliest event, empty where it did not tell. Null when it told nothing.';
comment on column analytics_sessions.first_message_key is 'Of the earliest event; it decides between events of one instant.';
-- Where an event looks for its session. The key holds the organization. The planner takes an organization it has not counted
-- yet for one of a single row, for which it might take any index that begins with it.
create index analytics_sessions_session_key_idx on analytics_sessions (session_key, first_seen);
-- node(id:) knows no more of a session.
create index analytics_sessions_id_idx on analytics_sessions (id);
-- Who counts up a session knows only what the client calls it.
create index analytics_sessions_session_id_idx on analytics_sessions (session_id, organization_id, first_seen)
  where session_id is not null;
-- A page of one code's sessions, newest first.
create index analytics_sessions_user_code_idx on analytics_sessions (organization_id, user_code, first_seen, id);

-- ---- Sessions. A stored session is an interval with counts, so that raw rows are not read again.

-- A client knows best when its session ends, but not every one ends it: some send one id for as long as they are installed.
-- The time between events alone, and no length, decides, so that events may come in any order.
create function app.session_timeout(session_id text) returns interval
language sql immutable parallel safe as $$
  select case when session_id is null then interval '30 minutes' else interval '24 hours' end
$$;
comment on function app.session_timeout(text) is
  'Who sends nothing for longer begins another session: a visitor, or a client that named its session.';

create function app.create_session_staging() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_own_temporary_tables('{batch_sessions,session_changes}');
  if to_regclass('pg_temp.session_changes') is null then
    -- What the batch alone tells of a session, beside a stored one that it reaches; a row for each of these.
    create temporary table batch_sessions (
      like public.analytics_sessions,
      is_simple boolean not null,
      stored_id uuid,
      stored_user_code text,
      stored_share_code text,
      stored_contact_id text,
      stored_first_seen timestamptz,
      stored_last_seen timestamptz,
      stored_page_views int,
      stored_clicks int
    ) on commit delete rows;
    -- counts: 0 what the batch alone tells of a session, -1 a stored session, which counted so far, 1 one that counts now.
    -- Only those that app.merge_sessions works with have all columns.
    create temporary table session_changes (like public.analytics_sessions, counts int not null) on commit delete rows;
    alter table pg_temp.batch_sessions alter column id drop not null;
    alter table pg_temp.session_changes alter column id drop not null, alter column session_key drop not null,
      alter column visitor drop not null, alter column first_message_key drop not null, alter column created_at drop not null,
      alter column updated_at drop not null;
  end if;
  delete from pg_temp.batch_sessions;
  delete from pg_temp.session_changes;
end
$$;
comment on function app.create_session_staging() is 'Makes or empties the temporary tables batch_sessions and session_changes.';

-- A session is an interval from first_seen to last_seen. Intervals of one session_key are one session when no more than the
-- timeout lies between them, whatever the order in which their events came:
--
--   timeout   |----|
--   stored    [--A--]             [B]                       [--C--]
--   events              x    x                 x x                    x
--   sessions  [----------A----------]          [N]          [----C----]
--             A reaches B: one             apart: a new one  C gets longer
--
-- app.collect_sessions makes intervals of the events of the batch (x--x, x-x and x here), and finds the stored sessions that
-- each of them reaches: A and B, none, and C. All others stay as they are.
--
-- Nearly always all events of a key are one interval, which reaches no stored session, as N, or one that begins before it, as
-- C: then app.extend_sessions inserts it, or makes the stored one longer, which keeps what describes it. Nothing else of the
-- key is touched, so nothing is left to merge.
--
-- All other keys are for app.merge_sessions, which walks through intervals and stored sessions by first_seen; where more than the
-- timeout lies between one and all before it, another session begins. The merged one keeps the id of the first that is stored,
-- A, and what describes its earliest event; B is deleted. An event before A would move it, so that it counts in another
-- quarter of an hour. Therefore session_changes has, for the statistics, what counted so far (-1) and what counts now (1).
--
-- The key of a session holds its organization.

-- Without settings of its own, so that it becomes a part of the statement that calls it.
create function app.reached_sessions(key uuid, since timestamptz, until timestamptz, timeout interval)
returns setof public.analytics_sessions
language sql stable rows 1 as $$
  (select s.*
  from public.analytics_sessions s
  where s.session_key = key and s.first_seen between since - timeout and until + timeout)
  union all
  (select x.*
  from (
    select s.*
    from public.analytics_sessions s
    where s.session_key = key and s.first_seen < since - timeout
    order by s.first_seen desc limit 1) x
  where x.last_seen >= since - timeout)
$$;
comment on function app.reached_sessions(uuid, timestamptz, timestamptz, interval) is
  'The stored sessions of a key from which no more than the timeout lies to an interval.';

create function app.collect_sessions() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.batch_sessions
    (organization_id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions, created_at, updated_at, is_simple,
      stored_id, stored_user_code, stored_share_code, stored_contact_id, stored_first_seen, stored_last_seen, stored_page_views,
      stored_clicks)
  select v.organization_id, v.session_key, v.session_id, v.visitor, v.user_code, v.share_code, v.contact_id, v.first_seen,
    v.last_seen, v.page_views, v.clicks, v.message_key, v.ip_address::inet, v.user_agent, v.referrer, v.dimensions, now(), now(),
    count(*) over (partition by v.session_key) = 1
      and (s.id is null or (v.first_seen, v.message_key) > (s.first_seen, s.first_message_key)),
    s.id, s.user_code, s.share_code, s.contact_id, s.first_seen, s.last_seen, s.page_views, s.clicks
  from (
    -- Where one begins, beside where it ends, which is the next of these rows unless it is the same.
    select e.*, e.at as first_seen,
      case when e.ends then e.at else lead(e.at) over of_key end as last_seen,
      case when e.ends then e.page_views_so_far else lead(e.page_views_so_far) over of_key end
        - e.page_views_so_far + (e.type = 'page')::int as page_views,
      case when e.ends then e.clicks_so_far else lead(e.clicks_so_far) over of_key end
        - e.clicks_so_far + (e.type = 'click')::int as clicks
    from (
      select b.organization_id, b.session_key, b.session_id, b.visitor, b.user_code, b.share_code, b.contact_id, b.at,
        b.message_key, b.type, b.ip_address, b.user_agent, b.referrer, b.dimensions, app.session_timeout(b.session_id) as timeout,
        coalesce(b.at - lag(b.at) over of_key > app.session_timeout(b.session_id), true) as begins,
        coalesce(lead(b.at) over of_key - b.at > app.session_timeout(b.session_id), true) as ends,
        count(*) filter (where b.type = 'page') over of_key as page_views_so_far,
        count(*) filter (where b.type = 'click') over of_key as clicks_so_far
      from pg_temp.event_batch b
      window of_key as (partition by b.session_key order by b.at, b.message_key)) e
    where e.begins or e.ends
    window of_key as (partition by e.session_key order by e.at, e.message_key)) v
  left join lateral app.reached_sessions(v.session_key, v.first_seen, v.last_seen, v.timeout) s on true
  where v.begins;
end
$$;
comment on function app.collect_sessions() is 'Collects the sessions that the events of the batch make, and the stored ones that they reach.';

create function app.extend_sessions() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  -- By ON CONFLICT, since a join could begin with all that is stored.
  insert into public.analytics_sessions as s
    (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions)
  select b.organization_id, coalesce(b.stored_id, gen_random_uuid()), b.session_key, b.session_id, b.visitor, b.user_code,
    b.share_code, b.contact_id, coalesce(b.stored_first_seen, b.first_seen), b.last_seen, b.page_views, b.clicks,
    b.first_message_key, b.ip_address, b.user_agent, b.referrer, b.dimensions
  from pg_temp.batch_sessions b where b.is_simple order by b.organization_id, 9
  on conflict (organization_id, first_seen, id) do update set
    last_seen = greatest(s.last_seen, excluded.last_seen), page_views = s.page_views + excluded.page_views,
    clicks = s.clicks + excluded.clicks, updated_at = now();

  insert into pg_temp.session_changes
    (organization_id, user_code, share_code, contact_id, first_seen, last_seen, page_views, clicks, counts)
  select b.organization_id, b.user_code, b.share_code, b.contact_id, b.first_seen, b.last_seen, b.page_views, b.clicks, 1
  from pg_temp.batch_sessions b where b.is_simple and b.stored_id is null
  union all
  select b.organization_id, b.stored_user_code, b.stored_share_code, b.stored_contact_id, b.stored_first_seen,
    x.last_seen, x.page_views, x.clicks, x.counts
  from pg_temp.batch_sessions b
  cross join lateral (values
    (b.stored_last_seen, b.stored_page_views, b.stored_clicks, -1),
    (greatest(b.stored_last_seen, b.last_seen), b.stored_page_views + b.page_views, b.stored_clicks + b.clicks, 1)
  ) x(last_seen, page_views, clicks, counts)
  where b.is_simple and b.stored_id is not null;
end
$$;
comment on function app.extend_sessions() is
  'Stores sessions whose key has nothing to merge, new or longer than they were, and notes how they counted and how they count now.';

create function app.merge_sessions() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.session_changes
    (organization_id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions, created_at, updated_at, counts)
  select distinct on (b.session_key, b.first_seen, b.first_message_key)
    b.organization_id, b.session_key, b.session_id, b.visitor, b.user_code, b.share_code, b.contact_id, b.first_seen, b.last_seen,
    b.page_views, b.clicks, b.first_message_key, b.ip_address, b.user_agent, b.referrer, b.dimensions, b.created_at, b.updated_at, 0
  from pg_temp.batch_sessions b where not b.is_simple;
  if not found then
    return;
  end if;
  insert into pg_temp.session_changes
    (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions, created_at, updated_at, counts)
  select distinct on (s.session_key, s.first_seen, s.id)
    s.organization_id, s.id, s.session_key, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
    s.last_seen, s.page_views, s.clicks, s.first_message_key, s.ip_address, s.user_agent, s.referrer, s.dimensions, s.created_at,
    s.updated_at, -1
  from pg_temp.session_changes v
  cross join lateral app.reached_sessions(v.session_key, v.first_seen, v.last_seen, app.session_timeout(v.session_id)) s
  where v.counts = 0 and v.session_key is not null;

  with placed as (
    select p.*, sum(p.begins::int) over (partition by p.session_key order by p.first_seen, p.last_seen, p.first_message_key) as number
    from (
      select v.*, coalesce(
        v.first_seen > app.session_timeout(v.session_id) + max(v.last_seen) over (
          partition by v.session_key order by v.first_seen, v.last_seen, v.first_message_key
          rows between unbounded preceding and 1 preceding), false) as begins
      from pg_temp.session_changes v where v.session_key is not null) p
  ),
  -- Each piece beside what its session is now. A session keeps the id it had first.
  joined as materialized (
    select p.*,
      row_number() over by_time as nth,
      min(p.first_seen) over whole as since,
      max(p.last_seen) over whole as until,
      sum(p.page_views) over whole as all_page_views,
      sum(p.clicks) over whole as all_clicks,
      first_value(p.id) over by_age as kept_id,
      first_value(p.created_at) over by_age as kept_created_at
    from placed p
    window whole as (partition by p.session_key, p.number),
      by_time as (partition by p.session_key, p.number order by p.first_seen, p.first_message_key, p.id nulls last),
      by_age as (partition by p.session_key, p.number order by p.id is null, p.first_seen, p.first_message_key)
  ),
  result as materialized (
    select j.organization_id, coalesce(j.kept_id, gen_random_uuid()) as id, j.session_key, j.session_id, j.visitor,
      j.user_code, j.share_code, j.contact_id, j.since as first_seen, j.until as last_seen,
      j.all_page_views::int as page_views, j.all_clicks::int as clicks, j.first_message_key,
      j.ip_address, j.user_agent, j.referrer, j.dimensions, j.kept_created_at as created_at, now() as updated_at
    from joined j where j.nth = 1
  ),
  gone as materialized (
    select j.id, j.first_seen from joined j where j.id is not null and (j.id, j.first_seen) <> (j.kept_id, j.since)
  ),
  removed as (
    delete from public.analytics_sessions s
    where s.id = any (array(select g.id from gone g)) and s.first_seen = any (array(select g.first_seen from gone g))
  ),
  stored as (
    insert into public.analytics_sessions as s
      (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
        page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions, created_at, updated_at)
    select r.organization_id, r.id, r.session_key, r.session_id, r.visitor, r.user_code, r.share_code, r.contact_id, r.first_seen,
      r.last_seen, r.page_views, r.clicks, r.first_message_key, r.ip_address, r.user_agent, r.referrer, r.dimensions, r.created_at,
      r.updated_at
    from result r order by r.organization_id, r.first_seen, r.id
    on conflict (organization_id, first_seen, id) do update set
      visitor = excluded.visitor, user_code = excluded.user_code, share_code = excluded.share_code,
      contact_id = excluded.contact_id, last_seen = excluded.last_seen, page_views = excluded.page_views,
      clicks = excluded.clicks, first_message_key = excluded.first_message_key, ip_address = excluded.ip_address,
      user_agent = excluded.user_agent, referrer = excluded.referrer, dimensions = excluded.dimensions,
      updated_at = excluded.updated_at
  )
  insert into pg_temp.session_changes
    (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions, created_at, updated_at, counts)
  select r.organization_id, r.id, r.session_key, r.session_id, r.visitor, r.user_code, r.share_code, r.contact_id, r.first_seen,
    r.last_seen, r.page_views, r.clicks, r.first_message_key, r.ip_address, r.user_agent, r.referrer, r.dimensions, r.created_at,
    r.updated_at, 1
  from result r;
end
$$;
comment on function app.merge_sessions() is 'Merges the sessions of all other keys, and notes how they counted and how they count now.';
call app.protect('analytics_sessions', reads => 'viewer', worker => 'select', guard => 'all');
grant select on analytics_sessions to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on analytics_sessions to pulsegraph_guard;
grant execute on function app.session_timeout(text), app.create_session_staging(), app.collect_sessions(),
  app.reached_sessions(uuid, timestamptz, timestamptz, interval), app.extend_sessions(), app.merge_sessions() to pulsegraph_guard;
grant execute on function app.session_timeout(text) to pulsegraph_api, pulsegraph_worker;
call app.partition_by_month('analytics_sessions', retention => 'events', fillfactor => 50);

-- ---- An organization takes its events along

create trigger organizations_lock_traffic before delete on organizations
  for each row execute function app.lock_before_delete('traffic', 'id');

create function app.delete_events() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.analytics_page_views t where t.organization_id = old.id;
  delete from public.analytics_clicks t where t.organization_id = old.id;
  delete from public.analytics_events t where t.organization_id = old.id;
  delete from public.analytics_sessions t where t.organization_id = old.id;
  delete from public.ingested_messages t where t.organization_id = old.id;
  return null;
end
$$;
comment on function app.delete_events() is 'Takes the events and sessions of a deleted organization along.';
alter function app.delete_events() owner to pulsegraph_guard;
create trigger organizations_delete_events after delete on organizations
  for each row execute function app.delete_events();
