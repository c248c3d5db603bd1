-- Traffic: what visitors of an organization's pages do, the sessions they do it in, and the rollups that answer dashboards.
--
-- Everything comes in by one way, app.take_event_batch: it counts each message once, and moves rollups by what a batch
-- changes, in the transaction that keeps the events. Only views and clicks are traffic; all other events are kept, and
-- make no sessions.
--
-- A raw row is never changed. It does not name its session, since sessions merge when late events arrive; it has the key
-- by which sessions are found, of the visitor and the client's session.
--
-- A visit counts where it began: in the quarter of an hour, the local day and under the codes of its earliest event. Views
-- and clicks count at their own instant and under their own codes. A code that is not given is '', so that it can be part
-- of keys.

-- ---- What happened. No foreign keys: a row trigger for each would cost more than the row. An organization takes all along.

create table analytics_page_views (
  organization_id uuid not null,
  id uuid not null,
  session_key uuid not null,
  visitor text not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  page_type text not null,
  name text,
  viewed_at timestamptz not null,
  received_at timestamptz not null,
  properties jsonb not null default '{}',
  context jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint analytics_page_views_pkey primary key (organization_id, viewed_at, id),
  constraint analytics_page_views_page_type_format check (length(page_type) <= 50 and page_type ~ '^[a-z0-9._-]+$')
) partition by range (viewed_at);
comment on table analytics_page_views is 'Views of pages and screens. Partitioned by month in UTC.';
comment on column analytics_page_views.id is 'The organization and the client''s message id, hashed. An event counts once for each.';
comment on column analytics_page_views.session_key is
  'The visitor and the client''s session, if it named one, hashed: with the instant it finds the row of analytics_sessions.';
comment on constraint analytics_page_views_page_type_format on analytics_page_views is
  'pageType: 1 to 50 lower-case letters, digits, dots, underscores and hyphens.';

create table analytics_clicks (
  organization_id uuid not null,
  id uuid not null,
  session_key uuid not null,
  visitor text not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  click_target text not null,
  click_category text not null,
  name text,
  clicked_at timestamptz not null,
  received_at timestamptz not null,
  properties jsonb not null default '{}',
  context jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint analytics_clicks_pkey primary key (organization_id, clicked_at, id),
  constraint analytics_clicks_click_target_length check (length(click_target) between 1 and 255),
  constraint analytics_clicks_click_category_known check (
    click_category in ('contact', 'messaging', 'social', 'portfolio', 'ai_agent', 'other'))
) partition by range (clicked_at);
comment on table analytics_clicks is 'Clicks. Partitioned by month in UTC.';
comment on column analytics_clicks.id is 'The organization and the client''s message id, hashed. An event counts once for each.';
comment on column analytics_clicks.session_key is
  'The visitor and the client''s session, if it named one, hashed: with the instant it finds the row of analytics_sessions.';
comment on constraint analytics_clicks_click_target_length on analytics_clicks is 'clickTarget: 1 to 255 characters.';

create table analytics_events (
  organization_id uuid not null,
  id uuid not null,
  type text not null,
  name text,
  visitor text not null,
  user_id text,
  anonymous_id text,
  session_id text,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  is_bot boolean not null default false,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  properties jsonb not null default '{}',
  context jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint analytics_events_pkey primary key (organization_id, occurred_at, id),
  constraint analytics_events_type_known check (type in ('page', 'click', 'track', 'identify', 'group', 'alias'))
) partition by range (occurred_at);
comment on table analytics_events is
  'What is told of visitors beside views and clicks, and all that bots do, which counts nowhere. Partitioned by month in UTC.';
comment on column analytics_events.id is 'The organization and the client''s message id, hashed. An event counts once for each.';

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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint analytics_sessions_pkey primary key (organization_id, first_seen, id),
  constraint analytics_sessions_last_seen_after check (last_seen >= first_seen),
  constraint analytics_sessions_counts_positive check (page_views >= 0 and clicks >= 0 and page_views + clicks > 0)
) partition by range (first_seen);
comment on table analytics_sessions is
  'Visits: the views and clicks of one visitor in one session of the client, with no 24 hours between them, or without one, with no half an hour. What describes a visit is that of its earliest event. Partitioned by month in UTC.';
comment on column analytics_sessions.session_key is 'The visitor and the client''s session, if it named one, hashed.';
comment on column analytics_sessions.session_id is 'As the client named it; null when the visit was told from the visitor''s pauses.';
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

create table ingested_messages (
  organization_id uuid not null,
  message_key uuid not null,
  received_at timestamptz not null,
  constraint ingested_messages_pkey primary key (organization_id, message_key, received_at)
) partition by range (received_at);
comment on table ingested_messages is
  'The messages that were counted, so that none is twice. They are kept longer than an event may be late. Partitioned by month in UTC.';

create table ingest_rejects (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  received_at timestamptz not null default now(),
  message_id text,
  code text not null,
  reason text not null,
  body jsonb,
  constraint ingest_rejects_pkey primary key (organization_id, received_at, id),
  constraint ingest_rejects_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint ingest_rejects_body_size check (length(body::text) <= 32768)
);
comment on table ingest_rejects is 'Events that were not taken, and why, for whoever looks for a mistake in a client. Kept for a week.';

-- ---- Rollups

-- The zone that the days are built for. A change of the organization's zone takes effect when a job has rebuilt them.
create table traffic_zones (
  organization_id uuid not null,
  time_zone text not null,
  constraint traffic_zones_pkey primary key (organization_id),
  constraint traffic_zones_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade
);
comment on table traffic_zones is 'The time zone in which the days of an organization''s traffic begin.';

create function app.begin_traffic() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.traffic_zones (organization_id, time_zone) values (new.id, new.time_zone);
  return null;
end
$$;
comment on function app.begin_traffic() is 'Notes the zone of a new organization''s days of traffic.';
alter function app.begin_traffic() owner to pulsegraph_guard;
create trigger organizations_begin_traffic after insert on organizations
  for each row execute function app.begin_traffic();

create table traffic_quarters (
  organization_id uuid not null,
  bucket timestamptz not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  sessions int not null default 0,
  page_views int not null default 0,
  clicks int not null default 0,
  bounces int not null default 0,
  seconds bigint not null default 0,
  visitors bytea,
  constraint traffic_quarters_pkey primary key (organization_id, bucket, user_code, share_code, contact_id)
) with (fillfactor = 80);
comment on table traffic_quarters is
  'Traffic by quarters of an hour in UTC, from which days of any zone are built. Sessions, bounces (one view and no click) and seconds count where the session began.';
comment on column traffic_quarters.visitors is 'A HyperLogLog sketch of the visitors who viewed or clicked, as Apache DataSketches writes it.';

create table traffic_quarter_clicks (
  organization_id uuid not null,
  bucket timestamptz not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  click_category text not null,
  click_target text not null,
  clicks int not null default 0,
  constraint traffic_quarter_clicks_pkey
    primary key (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target)
) with (fillfactor = 80);
comment on table traffic_quarter_clicks is 'Clicks on each target by quarters of an hour in UTC.';

create table traffic_quarter_pages (
  organization_id uuid not null,
  bucket timestamptz not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  page_type text not null,
  page_views int not null default 0,
  constraint traffic_quarter_pages_pkey
    primary key (organization_id, bucket, user_code, share_code, contact_id, page_type)
) with (fillfactor = 80);
comment on table traffic_quarter_pages is 'Views of each type of page by quarters of an hour in UTC.';

create table analytics_daily_stats (
  organization_id uuid not null,
  date date not null,
  total_sessions int not null default 0,
  total_page_views int not null default 0,
  total_clicks int not null default 0,
  bounces int not null default 0,
  session_seconds bigint not null default 0,
  visitors bytea,
  constraint analytics_daily_stats_pkey primary key (organization_id, date)
) with (fillfactor = 80);
comment on table analytics_daily_stats is 'Traffic of the whole organization, a row for each local day with any.';

create table analytics_daily_user_stats (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  total_sessions int not null default 0,
  total_page_views int not null default 0,
  total_clicks int not null default 0,
  bounces int not null default 0,
  session_seconds bigint not null default 0,
  visitors bytea,
  constraint analytics_daily_user_stats_pkey primary key (organization_id, user_code, date)
) with (fillfactor = 80);
comment on table analytics_daily_user_stats is 'Traffic of each user code by local days.';

create table analytics_daily_group_stats (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  total_sessions int not null default 0,
  total_page_views int not null default 0,
  total_clicks int not null default 0,
  bounces int not null default 0,
  session_seconds bigint not null default 0,
  visitors bytea,
  constraint analytics_daily_group_stats_pkey primary key (organization_id, date, user_code, share_code)
) with (fillfactor = 80);
comment on table analytics_daily_group_stats is 'Traffic of each share code of a user code by local days, that of its contacts too.';
-- Codes come first, so that the planner never takes this index for one that finds the days of an organization.
create index analytics_daily_group_stats_share_code_idx
  on analytics_daily_group_stats (share_code, organization_id, date, user_code);

create table analytics_daily_contact_stats (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null,
  total_sessions int not null default 0,
  total_page_views int not null default 0,
  total_clicks int not null default 0,
  bounces int not null default 0,
  session_seconds bigint not null default 0,
  first_visit timestamptz not null,
  last_visit timestamptz not null,
  visitors bytea,
  constraint analytics_daily_contact_stats_pkey primary key (organization_id, date, user_code, share_code, contact_id),
  constraint analytics_daily_contact_stats_contact_id_given check (contact_id <> '')
) with (fillfactor = 80);
comment on table analytics_daily_contact_stats is
  'Traffic of each contact by local days. first_visit and last_visit are its first and last view or click of the day.';
create index analytics_daily_contact_stats_contact_id_idx on analytics_daily_contact_stats (contact_id, organization_id, date);

create table analytics_daily_click_targets (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  click_category text not null,
  click_target text not null,
  click_count int not null default 0,
  constraint analytics_daily_click_targets_pkey
    primary key (organization_id, date, user_code, share_code, click_category, click_target)
) with (fillfactor = 80);
comment on table analytics_daily_click_targets is 'Clicks on each target by local days.';

create table analytics_daily_page_stats (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  page_type text not null,
  view_count int not null default 0,
  constraint analytics_daily_page_stats_pkey primary key (organization_id, date, user_code, share_code, page_type)
) with (fillfactor = 80);
comment on table analytics_daily_page_stats is 'Views of each type of page by local days.';

-- ---- Order among writers

create function app.lock_traffic(organization uuid) returns void
language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('pulsegraph traffic ' || organization, 0))
$$;
comment on function app.lock_traffic(uuid) is
  'Makes writers of one organization''s traffic wait for one another until the end of their transactions. Whoever needs several takes them in the order of ids.';

-- ---- Writing. The temporary tables of a batch stay with the connection and are empty outside of a transaction, so that
-- plans are made once. They belong to the guard, so that nobody can put a trigger on what it reads.
--
-- Nothing here leaves the planner a choice that matters: stored rows are found by lateral lookups for which one index can
-- serve, or by ON CONFLICT, and what is of the batch is joined with nothing but the days of its quarters of an hour, which are
-- few.

create function app.begin_event_batch() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.refuse_foreign_temporaries('{event_batch,visits,traffic_changes,batch_days,visitor_sketches}');
  if to_regclass('pg_temp.event_batch') is null then
    create temporary table event_batch (
      position int not null,
      organization_id uuid not null,
      message_key uuid not null,
      session_key uuid not null,
      type text not null,
      name text,
      visitor text not null,
      user_id text,
      anonymous_id text,
      session_id text,
      user_code text not null,
      share_code text not null,
      contact_id text not null,
      page_type text,
      click_target text,
      click_category text,
      at timestamptz not null,
      bucket timestamptz not null generated always as (app.quarter_hour(at)) stored,
      received_at timestamptz not null,
      is_bot boolean not null,
      ip_address inet,
      user_agent text,
      referrer text,
      properties jsonb not null,
      context jsonb not null
    ) on commit delete rows;
    -- counts: 0 what the batch alone tells of a visit, -1 a stored session, which counted so far, 1 one that counts now.
    create temporary table visits (like public.analytics_sessions, place tid, counts int not null) on commit delete rows;
    alter table pg_temp.visits alter column id drop not null;
    create temporary table traffic_changes (
      like public.traffic_quarters, date date not null, first_at timestamptz not null, last_at timestamptz not null
    ) on commit delete rows;
    -- Which day a quarter of an hour is in takes some microseconds, so it is asked once for each.
    create temporary table batch_days (
      organization_id uuid not null, bucket timestamptz not null, date date not null
    ) on commit delete rows;
    create temporary table visitor_sketches (
      tier text not null,
      organization_id uuid not null,
      bucket timestamptz,
      date date not null,
      user_code text not null,
      share_code text not null,
      contact_id text not null,
      visitors bytea
    ) on commit delete rows;
    grant insert on pg_temp.event_batch to pulsegraph_api, pulsegraph_worker;
    grant select (organization_id), delete on pg_temp.event_batch to pulsegraph_worker;
    grant select, insert, delete on pg_temp.visitor_sketches to pulsegraph_api, pulsegraph_worker;
  end if;
  delete from pg_temp.event_batch;
  delete from pg_temp.visits;
  delete from pg_temp.traffic_changes;
  delete from pg_temp.batch_days;
  delete from pg_temp.visitor_sketches;
end
$$;
comment on function app.begin_event_batch() is
  'Makes or empties the temporary table event_batch, which events are copied into, and those that app.take_event_batch works with.';

create function app.organizations_to_track() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.organizations_where('editor') || array(
    select k.organization_id from public.api_keys k
    where k.id = app.current_api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
      and 'ingest' = any (k.scopes))
$$;
comment on function app.organizations_to_track() is 'The organizations whose events the caller may send.';

create function app.refuse_strangers(organizations uuid[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('role') <> 'pulsegraph_worker' and not organizations <@ app.organizations_to_track() then
    raise exception 'may not send events' using errcode = '42501';
  end if;
end
$$;
comment on function app.refuse_strangers(uuid[]) is 'An error unless the caller is the server itself or may send events of all these organizations.';

create function app.take_event_batch() returns table (number int, code text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  organizations uuid[];
  organization uuid;
begin
  perform app.refuse_foreign_temporaries('{event_batch,visits,traffic_changes,batch_days,visitor_sketches}');
  organizations := array(select distinct b.organization_id from pg_temp.event_batch b order by 1);
  perform app.refuse_strangers(organizations);
  foreach organization in array organizations loop
    perform app.lock_traffic(organization);
  end loop;
  return query select r.number, r.code from app.refuse_events(organizations) r;
  perform app.keep_events();
  perform app.find_visits();
  perform app.merge_visits();
  perform app.find_batch_days();
  perform app.note_traffic_changes();
  perform app.add_traffic_quarters();
  perform app.add_traffic_days();
  perform app.add_traffic_clicks();
  perform app.add_traffic_pages();
end
$$;
comment on function app.take_event_batch() is
  'Writes the events in the temporary table event_batch, if the caller may; answers those that were not written. It leaves the sketches of visitors as they are: those of all rows that changed are in visitor_sketches, for app.store_visitor_sketches.';

create function app.refuse_events(organizations uuid[]) returns table (number int, code text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  known constant uuid[] := array(
    select z.organization_id from unnest(organizations) o(id)
    cross join lateral (select z.organization_id from public.traffic_zones z where z.organization_id = o.id limit 1) z);
begin
  return query
    with judged as materialized (
      select b.position, b.place,
        case
          when not b.organization_id = any (known) then 'UNKNOWN_ORGANIZATION'
          when b.nth > 1 or exists (
            select from public.ingested_messages m
            where m.organization_id = b.organization_id and m.message_key = b.message_key offset 0) then 'DUPLICATE'
        end as code
      from (
        select b.position, b.ctid as place, b.organization_id, b.message_key,
          row_number() over (partition by b.organization_id, b.message_key order by b.position) as nth
        from pg_temp.event_batch b) b
    ),
    refused as (
      delete from pg_temp.event_batch b
      where b.ctid = any (array(select j.place from judged j where j.code is not null))
    )
    select j.position, j.code from judged j where j.code is not null;
end
$$;
comment on function app.refuse_events(uuid[]) is
  'Takes from the batch what was counted already and what is of no organization, and answers it. Of two equal messages the first stays.';

create function app.keep_events() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  click_months date[];
  page_months date[];
  event_months date[];
  received_months date[];
begin
  select app.months_between(min(b.at) filter (where b.type = 'click' and not b.is_bot), max(b.at) filter (where b.type = 'click' and not b.is_bot)),
    app.months_between(min(b.at) filter (where b.type = 'page' and not b.is_bot), max(b.at) filter (where b.type = 'page' and not b.is_bot)),
    app.months_between(min(b.at) filter (where b.type not in ('page', 'click') or b.is_bot), max(b.at) filter (where b.type not in ('page', 'click') or b.is_bot)),
    app.months_between(min(b.received_at), max(b.received_at))
  into click_months, page_months, event_months, received_months
  from pg_temp.event_batch b;

  perform app.make_partitions('analytics_clicks', click_months);
  insert into public.analytics_clicks
    (organization_id, id, session_key, visitor, user_code, share_code, contact_id, click_target, click_category,
      name, clicked_at, received_at, properties, context)
  select b.organization_id, b.message_key, b.session_key, b.visitor, b.user_code, b.share_code, b.contact_id,
    b.click_target, b.click_category, b.name, b.at, b.received_at, b.properties, b.context
  from pg_temp.event_batch b where b.type = 'click' and not b.is_bot order by b.organization_id, b.at;

  perform app.make_partitions('analytics_events', event_months);
  insert into public.analytics_events
    (organization_id, id, type, name, visitor, user_id, anonymous_id, session_id, user_code, share_code,
      contact_id, is_bot, occurred_at, received_at, properties, context)
  select b.organization_id, b.message_key, b.type, b.name, b.visitor, b.user_id, b.anonymous_id, b.session_id, b.user_code,
    b.share_code, b.contact_id, b.is_bot, b.at, b.received_at, b.properties, b.context
  from pg_temp.event_batch b where b.type not in ('page', 'click') or b.is_bot order by b.organization_id, b.at;

  perform app.make_partitions('analytics_page_views', page_months);
  insert into public.analytics_page_views
    (organization_id, id, session_key, visitor, user_code, share_code, contact_id, page_type, name, viewed_at,
      received_at, properties, context)
  select b.organization_id, b.message_key, b.session_key, b.visitor, b.user_code, b.share_code, b.contact_id, b.page_type,
    b.name, b.at, b.received_at, b.properties, b.context
  from pg_temp.event_batch b where b.type = 'page' and not b.is_bot order by b.organization_id, b.at;

  perform app.make_partitions('ingested_messages', received_months);
  insert into public.ingested_messages (organization_id, message_key, received_at)
  select b.organization_id, b.message_key, b.received_at from pg_temp.event_batch b order by 1, 2;

  delete from pg_temp.event_batch b where b.type not in ('page', 'click') or b.is_bot;
  perform app.make_partitions('analytics_sessions', array(select distinct m from unnest(click_months || page_months) m));
end
$$;
comment on function app.keep_events() is 'Keeps the events of the batch as they are, and leaves in it those that are traffic.';

-- ---- Sessions. A stored session is an interval with counts, so that raw rows are not read again.

-- A client knows best when its session ends, but not every one ends it: some send one id for as long as they are installed. A
-- pause alone, and no length, decides, so that events may come in any order.
create function app.session_pause(session_id text) returns interval
language sql immutable parallel safe as $$
  select case when session_id is null then interval '30 minutes' else interval '24 hours' end
$$;
comment on function app.session_pause(text) is
  'Who was away longer begins another session: a visitor, or a client that named its session.';

-- Stored sessions that lie further than a pause from all visits of the batch do not grow together by them. The key of a
-- session holds its organization.
create function app.find_visits() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.visits
    (organization_id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, created_at, updated_at, counts)
  select v.organization_id, v.session_key, v.session_id, v.visitor, v.user_code, v.share_code, v.contact_id, v.at, v.last_seen,
    v.page_views, v.clicks, v.message_key, v.ip_address, v.user_agent, v.referrer, now(), now(), 0
  from (
    select n.*,
      max(n.at) over visit as last_seen,
      count(*) filter (where n.type = 'page') over visit as page_views,
      count(*) filter (where n.type = 'click') over visit as clicks
    from (
      select p.*, sum(p.begins::int) over (partition by p.session_key order by p.at, p.message_key) as number
      from (
        select b.organization_id, b.session_key, b.session_id, b.visitor, b.user_code, b.share_code, b.contact_id, b.at,
          b.message_key, b.type, b.ip_address, b.user_agent, b.referrer,
          lag(b.at) over of_key is null or b.at - lag(b.at) over of_key > app.session_pause(b.session_id) as begins
        from pg_temp.event_batch b
        window of_key as (partition by b.session_key order by b.at, b.message_key)) p) n
    window visit as (partition by n.session_key, n.number)) v
  where v.begins;

  insert into pg_temp.visits
    (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, created_at, updated_at, place, counts)
  select distinct on (s.session_key, s.first_seen, s.id)
    s.organization_id, s.id, s.session_key, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
    s.last_seen, s.page_views, s.clicks, s.first_message_key, s.ip_address, s.user_agent, s.referrer, s.created_at,
    s.updated_at, s.ctid, -1
  from pg_temp.visits v
  cross join lateral (
    (select s.organization_id, s.id, s.session_key, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
      s.last_seen, s.page_views, s.clicks, s.first_message_key, s.ip_address, s.user_agent, s.referrer, s.created_at,
      s.updated_at, s.ctid
    from public.analytics_sessions s
    where s.session_key = v.session_key
      and s.first_seen between v.first_seen - app.session_pause(v.session_id) and v.last_seen + app.session_pause(v.session_id))
    union all
    (select x.organization_id, x.id, x.session_key, x.session_id, x.visitor, x.user_code, x.share_code, x.contact_id, x.first_seen,
      x.last_seen, x.page_views, x.clicks, x.first_message_key, x.ip_address, x.user_agent, x.referrer, x.created_at,
      x.updated_at, x.ctid
    from (
      select s.organization_id, s.id, s.session_key, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
        s.last_seen, s.page_views, s.clicks, s.first_message_key, s.ip_address, s.user_agent, s.referrer, s.created_at,
        s.updated_at, s.ctid
      from public.analytics_sessions s
      where s.session_key = v.session_key and s.first_seen < v.first_seen - app.session_pause(v.session_id)
      order by s.first_seen desc limit 1) x
    where x.last_seen >= v.first_seen - app.session_pause(v.session_id))) s;
end
$$;
comment on function app.find_visits() is 'Collects the visits that the batch tells of, and the stored sessions that they may be part of.';

create function app.merge_visits() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with placed as (
    select p.*, sum(p.begins::int) over (partition by p.session_key order by p.first_seen, p.last_seen, p.first_message_key) as number
    from (
      select v.*, coalesce(
        v.first_seen > app.session_pause(v.session_id) + max(v.last_seen) over (
          partition by v.session_key order by v.first_seen, v.last_seen, v.first_message_key
          rows between unbounded preceding and 1 preceding), false) as begins
      from pg_temp.visits v) p
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
      j.ip_address, j.user_agent, j.referrer, j.kept_created_at as created_at, now() as updated_at
    from joined j where j.nth = 1
  ),
  -- A place alone may be one of several partitions.
  gone as materialized (
    select j.id, j.place from joined j where j.id is not null and (j.id, j.first_seen) <> (j.kept_id, j.since)
  ),
  removed as (
    delete from public.analytics_sessions s
    where s.ctid = any (array(select g.place from gone g)) and s.id = any (array(select g.id from gone g))
  ),
  stored as (
    insert into public.analytics_sessions as s
      (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
        page_views, clicks, first_message_key, ip_address, user_agent, referrer, created_at, updated_at)
    select r.organization_id, r.id, r.session_key, r.session_id, r.visitor, r.user_code, r.share_code, r.contact_id, r.first_seen,
      r.last_seen, r.page_views, r.clicks, r.first_message_key, r.ip_address, r.user_agent, r.referrer, r.created_at,
      r.updated_at
    from result r order by r.organization_id, r.first_seen, r.id
    on conflict (organization_id, first_seen, id) do update set
      visitor = excluded.visitor, user_code = excluded.user_code, share_code = excluded.share_code,
      contact_id = excluded.contact_id, last_seen = excluded.last_seen, page_views = excluded.page_views,
      clicks = excluded.clicks, first_message_key = excluded.first_message_key, ip_address = excluded.ip_address,
      user_agent = excluded.user_agent, referrer = excluded.referrer, updated_at = excluded.updated_at
  )
  insert into pg_temp.visits
    (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
      page_views, clicks, first_message_key, ip_address, user_agent, referrer, created_at, updated_at, place, counts)
  select r.organization_id, r.id, r.session_key, r.session_id, r.visitor, r.user_code, r.share_code, r.contact_id, r.first_seen,
    r.last_seen, r.page_views, r.clicks, r.first_message_key, r.ip_address, r.user_agent, r.referrer, r.created_at,
    r.updated_at, null, 1
  from result r;
end
$$;
comment on function app.merge_visits() is 'Stores sessions as they are with the visits of the batch, and notes them as what counts now.';

-- ---- Rollups. A session that moves counts no more where it began so far. Some view or click has always happened where a
-- session began, so that no row is left with nothing in it.

create function app.find_batch_days() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.batch_days (organization_id, bucket, date)
  select q.organization_id, q.bucket, app.local_date(q.bucket, z.time_zone)
  from (
    select b.organization_id, b.bucket from pg_temp.event_batch b
    union
    select v.organization_id, app.quarter_hour(v.first_seen) from pg_temp.visits v where v.counts <> 0) q
  cross join lateral (select z.time_zone from public.traffic_zones z where z.organization_id = q.organization_id limit 1) z;
end
$$;
comment on function app.find_batch_days() is 'Notes in which local days the quarters of an hour are that the batch changes.';

create function app.note_traffic_changes() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.traffic_changes
    (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds, date, first_at, last_at)
  select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.sessions, c.page_views, c.clicks, c.bounces,
    c.seconds, d.date, coalesce(c.first_at, 'infinity'), coalesce(c.last_at, '-infinity')
  from (
    select p.organization_id, p.bucket, p.user_code, p.share_code, p.contact_id,
      sum(p.sessions) as sessions, sum(p.page_views) as page_views, sum(p.clicks) as clicks, sum(p.bounces) as bounces,
      sum(p.seconds) as seconds, min(p.at) as first_at, max(p.at) as last_at
    from (
      select b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.at,
        0 as sessions, (b.type = 'page')::int as page_views, (b.type = 'click')::int as clicks, 0 as bounces, 0 as seconds
      from pg_temp.event_batch b
      union all
      select v.organization_id, app.quarter_hour(v.first_seen), v.user_code, v.share_code, v.contact_id, null,
        v.counts, 0, 0, v.counts * (v.page_views = 1 and v.clicks = 0)::int,
        v.counts * floor(extract(epoch from v.last_seen - v.first_seen))
      from pg_temp.visits v where v.counts <> 0) p
    group by p.organization_id, p.bucket, p.user_code, p.share_code, p.contact_id) c
  join pg_temp.batch_days d using (organization_id, bucket)
  where (c.sessions, c.page_views, c.clicks, c.bounces, c.seconds) <> (0, 0, 0, 0, 0);
end
$$;
comment on function app.note_traffic_changes() is 'Adds up what the batch changes in quarters of an hour, and when a view or click happened first and last in each.';

create function app.add_traffic_quarters() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with added as (
    insert into public.traffic_quarters as t
      (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds)
    select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.sessions, c.page_views, c.clicks, c.bounces, c.seconds
    from pg_temp.traffic_changes c
    order by c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id
    on conflict (organization_id, bucket, user_code, share_code, contact_id) do update set
      sessions = t.sessions + excluded.sessions, page_views = t.page_views + excluded.page_views,
      clicks = t.clicks + excluded.clicks, bounces = t.bounces + excluded.bounces, seconds = t.seconds + excluded.seconds
    returning t.organization_id, t.bucket, t.user_code, t.share_code, t.contact_id, t.visitors
  )
  insert into pg_temp.visitor_sketches (tier, organization_id, bucket, date, user_code, share_code, contact_id, visitors)
  select 'quarter', a.organization_id, a.bucket, d.date, a.user_code, a.share_code, a.contact_id, a.visitors
  from added a join pg_temp.batch_days d using (organization_id, bucket);
end
$$;
comment on function app.add_traffic_quarters() is 'Adds the changes of the batch to quarters of an hour, and leaves their sketches in visitor_sketches.';

create function app.add_traffic_days() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with added as (
    insert into public.analytics_daily_stats as t
      (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
    select c.organization_id, c.date, sum(c.sessions), sum(c.page_views), sum(c.clicks), sum(c.bounces), sum(c.seconds)
    from pg_temp.traffic_changes c group by c.organization_id, c.date order by c.organization_id, c.date
    on conflict (organization_id, date) do update set
      total_sessions = t.total_sessions + excluded.total_sessions, total_page_views = t.total_page_views + excluded.total_page_views,
      total_clicks = t.total_clicks + excluded.total_clicks, bounces = t.bounces + excluded.bounces,
      session_seconds = t.session_seconds + excluded.session_seconds
    returning t.organization_id, t.date, t.visitors
  )
  insert into pg_temp.visitor_sketches (tier, organization_id, date, user_code, share_code, contact_id, visitors)
  select 'day', a.organization_id, a.date, '', '', '', a.visitors from added a;

  with added as (
    insert into public.analytics_daily_user_stats as t
      (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
    select c.organization_id, c.date, c.user_code, sum(c.sessions), sum(c.page_views), sum(c.clicks), sum(c.bounces), sum(c.seconds)
    from pg_temp.traffic_changes c group by c.organization_id, c.user_code, c.date order by c.organization_id, c.user_code, c.date
    on conflict (organization_id, user_code, date) do update set
      total_sessions = t.total_sessions + excluded.total_sessions, total_page_views = t.total_page_views + excluded.total_page_views,
      total_clicks = t.total_clicks + excluded.total_clicks, bounces = t.bounces + excluded.bounces,
      session_seconds = t.session_seconds + excluded.session_seconds
    returning t.organization_id, t.date, t.user_code, t.visitors
  )
  insert into pg_temp.visitor_sketches (tier, organization_id, date, user_code, share_code, contact_id, visitors)
  select 'user', a.organization_id, a.date, a.user_code, '', '', a.visitors from added a;

  with added as (
    insert into public.analytics_daily_group_stats as t
      (organization_id, date, user_code, share_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
    select c.organization_id, c.date, c.user_code, c.share_code, sum(c.sessions), sum(c.page_views), sum(c.clicks), sum(c.bounces), sum(c.seconds)
    from pg_temp.traffic_changes c group by c.organization_id, c.date, c.user_code, c.share_code order by c.organization_id, c.date, c.user_code, c.share_code
    on conflict (organization_id, date, user_code, share_code) do update set
      total_sessions = t.total_sessions + excluded.total_sessions, total_page_views = t.total_page_views + excluded.total_page_views,
      total_clicks = t.total_clicks + excluded.total_clicks, bounces = t.bounces + excluded.bounces,
      session_seconds = t.session_seconds + excluded.session_seconds
    returning t.organization_id, t.date, t.user_code, t.share_code, t.visitors
  )
  insert into pg_temp.visitor_sketches (tier, organization_id, date, user_code, share_code, contact_id, visitors)
  select 'group', a.organization_id, a.date, a.user_code, a.share_code, '', a.visitors from added a;

  with added as (
    insert into public.analytics_daily_contact_stats as t
      (organization_id, date, user_code, share_code, contact_id, total_sessions, total_page_views, total_clicks, bounces, session_seconds, first_visit, last_visit)
    select c.organization_id, c.date, c.user_code, c.share_code, c.contact_id, sum(c.sessions), sum(c.page_views), sum(c.clicks), sum(c.bounces), sum(c.seconds), min(c.first_at), max(c.last_at)
    from pg_temp.traffic_changes c where c.contact_id <> '' group by c.organization_id, c.date, c.user_code, c.share_code, c.contact_id order by c.organization_id, c.date, c.user_code, c.share_code, c.contact_id
    on conflict (organization_id, date, user_code, share_code, contact_id) do update set
      total_sessions = t.total_sessions + excluded.total_sessions, total_page_views = t.total_page_views + excluded.total_page_views,
      total_clicks = t.total_clicks + excluded.total_clicks, bounces = t.bounces + excluded.bounces,
      session_seconds = t.session_seconds + excluded.session_seconds,
      first_visit = least(t.first_visit, excluded.first_visit), last_visit = greatest(t.last_visit, excluded.last_visit)
    returning t.organization_id, t.date, t.user_code, t.share_code, t.contact_id, t.visitors
  )
  insert into pg_temp.visitor_sketches (tier, organization_id, date, user_code, share_code, contact_id, visitors)
  select 'contact', a.organization_id, a.date, a.user_code, a.share_code, a.contact_id, a.visitors from added a;
end
$$;
comment on function app.add_traffic_days() is
  'Adds the changes of the batch to the days of organizations, user codes, share codes and contacts, and leaves their sketches in visitor_sketches.';

create function app.add_traffic_clicks() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with counted as materialized (
    select b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.click_category, b.click_target, count(*) as number
    from pg_temp.event_batch b where b.type = 'click'
    group by b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.click_category, b.click_target
  ),
  added as (
    insert into public.traffic_quarter_clicks as t (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)
    select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target, c.number
    from counted c order by c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target
    on conflict (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target) do update set
      clicks = t.clicks + excluded.clicks
  )
  insert into public.analytics_daily_click_targets as t (organization_id, date, user_code, share_code, click_category, click_target, click_count)
  select c.organization_id, d.date, c.user_code, c.share_code, c.click_category, c.click_target, sum(c.number)
  from counted c join pg_temp.batch_days d using (organization_id, bucket)
  group by 1, 2, c.user_code, c.share_code, c.click_category, c.click_target order by 1, 2, c.user_code, c.share_code, c.click_category, c.click_target
  on conflict (organization_id, date, user_code, share_code, click_category, click_target) do update set click_count = t.click_count + excluded.click_count;
end
$$;
comment on function app.add_traffic_clicks() is 'Counts the clicks of the batch by their targets.';

create function app.add_traffic_pages() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with counted as materialized (
    select b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.page_type, count(*) as number
    from pg_temp.event_batch b where b.type = 'page'
    group by b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.page_type
  ),
  added as (
    insert into public.traffic_quarter_pages as t (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)
    select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.page_type, c.number
    from counted c order by c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.page_type
    on conflict (organization_id, bucket, user_code, share_code, contact_id, page_type) do update set
      page_views = t.page_views + excluded.page_views
  )
  insert into public.analytics_daily_page_stats as t (organization_id, date, user_code, share_code, page_type, view_count)
  select c.organization_id, d.date, c.user_code, c.share_code, c.page_type, sum(c.number)
  from counted c join pg_temp.batch_days d using (organization_id, bucket)
  group by 1, 2, c.user_code, c.share_code, c.page_type order by 1, 2, c.user_code, c.share_code, c.page_type
  on conflict (organization_id, date, user_code, share_code, page_type) do update set view_count = t.view_count + excluded.view_count;
end
$$;
comment on function app.add_traffic_pages() is 'Counts the views of the batch by their types of page.';

-- Sketches are merged in Java. That the rows are there already is what ON CONFLICT is for: it finds them by their keys.
create function app.store_visitor_sketches() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform app.refuse_foreign_temporaries('{visitor_sketches}');
  perform app.refuse_strangers(array(select distinct s.organization_id from pg_temp.visitor_sketches s));
  insert into public.traffic_quarters (organization_id, bucket, user_code, share_code, contact_id, visitors)
  select s.organization_id, s.bucket, s.user_code, s.share_code, s.contact_id, s.visitors from pg_temp.visitor_sketches s where s.tier = 'quarter' order by s.organization_id, s.bucket, s.user_code, s.share_code, s.contact_id
  on conflict (organization_id, bucket, user_code, share_code, contact_id) do update set visitors = excluded.visitors;
  insert into public.analytics_daily_stats (organization_id, date, visitors)
  select s.organization_id, s.date, s.visitors from pg_temp.visitor_sketches s where s.tier = 'day' order by s.organization_id, s.date
  on conflict (organization_id, date) do update set visitors = excluded.visitors;
  insert into public.analytics_daily_user_stats (organization_id, user_code, date, visitors)
  select s.organization_id, s.user_code, s.date, s.visitors from pg_temp.visitor_sketches s where s.tier = 'user' order by s.organization_id, s.user_code, s.date
  on conflict (organization_id, user_code, date) do update set visitors = excluded.visitors;
  insert into public.analytics_daily_group_stats (organization_id, date, user_code, share_code, visitors)
  select s.organization_id, s.date, s.user_code, s.share_code, s.visitors from pg_temp.visitor_sketches s where s.tier = 'group' order by s.organization_id, s.date, s.user_code, s.share_code
  on conflict (organization_id, date, user_code, share_code) do update set visitors = excluded.visitors;
  insert into public.analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id, visitors, first_visit, last_visit)
  select s.organization_id, s.date, s.user_code, s.share_code, s.contact_id, s.visitors, 'infinity', '-infinity' from pg_temp.visitor_sketches s where s.tier = 'contact' order by s.organization_id, s.date, s.user_code, s.share_code, s.contact_id
  on conflict (organization_id, date, user_code, share_code, contact_id) do update set visitors = excluded.visitors;
end
$$;
comment on function app.store_visitor_sketches() is
  'Sets the sketches of rollups to those in the temporary table visitor_sketches, if the caller may send the events they are of.';

alter function app.begin_event_batch() owner to pulsegraph_guard;
alter function app.organizations_to_track() owner to pulsegraph_guard;
alter function app.take_event_batch() owner to pulsegraph_guard;
alter function app.store_visitor_sketches() owner to pulsegraph_guard;

-- ---- An organization takes its traffic along

create function app.lock_traffic_of_deleted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.lock_traffic(old.id);
  return old;
end
$$;
comment on function app.lock_traffic_of_deleted() is
  'Waits for writers of the traffic of an organization that is about to go; the next ones find it gone.';
alter function app.lock_traffic_of_deleted() owner to pulsegraph_guard;
create trigger organizations_lock_traffic before delete on organizations
  for each row execute function app.lock_traffic_of_deleted();

create function app.forget_traffic() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.analytics_page_views t where t.organization_id = old.id;
  delete from public.analytics_clicks t where t.organization_id = old.id;
  delete from public.analytics_events t where t.organization_id = old.id;
  delete from public.analytics_sessions t where t.organization_id = old.id;
  delete from public.ingested_messages t where t.organization_id = old.id;
  delete from public.traffic_quarters t where t.organization_id = old.id;
  delete from public.traffic_quarter_clicks t where t.organization_id = old.id;
  delete from public.traffic_quarter_pages t where t.organization_id = old.id;
  delete from public.analytics_daily_stats t where t.organization_id = old.id;
  delete from public.analytics_daily_user_stats t where t.organization_id = old.id;
  delete from public.analytics_daily_group_stats t where t.organization_id = old.id;
  delete from public.analytics_daily_contact_stats t where t.organization_id = old.id;
  delete from public.analytics_daily_click_targets t where t.organization_id = old.id;
  delete from public.analytics_daily_page_stats t where t.organization_id = old.id;
  return null;
end
$$;
comment on function app.forget_traffic() is 'Takes the traffic of a deleted organization along.';
alter function app.forget_traffic() owner to pulsegraph_guard;
create trigger organizations_forget_traffic after delete on organizations
  for each row execute function app.forget_traffic();

-- ---- The wall: everybody in the organization reads, administrators read what was rejected, only functions write

call app.protect('analytics_page_views', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_clicks', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_events', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_sessions', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_zones', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_quarters', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_quarter_clicks', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_quarter_pages', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_stats', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_user_stats', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_group_stats', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_contact_stats', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_click_targets', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_page_stats', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('ingested_messages', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('ingest_rejects', reads => 'admin', worker => 'all', guard => 'all');

grant select on analytics_page_views, analytics_clicks, analytics_events, analytics_sessions, traffic_zones, traffic_quarters,
  traffic_quarter_clicks, traffic_quarter_pages, analytics_daily_stats, analytics_daily_user_stats,
  analytics_daily_group_stats, analytics_daily_contact_stats, analytics_daily_click_targets,
  analytics_daily_page_stats
  to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on analytics_page_views, analytics_clicks, analytics_events, analytics_sessions, traffic_zones, traffic_quarters,
  traffic_quarter_clicks, traffic_quarter_pages, analytics_daily_stats, analytics_daily_user_stats,
  analytics_daily_group_stats, analytics_daily_contact_stats, analytics_daily_click_targets,
  analytics_daily_page_stats, ingested_messages, ingest_rejects
  to pulsegraph_guard;
grant select on ingested_messages to pulsegraph_api, pulsegraph_worker;
grant select on ingest_rejects to pulsegraph_api;
grant select, insert, delete on ingest_rejects to pulsegraph_worker;
grant execute on function app.lock_traffic(uuid) to pulsegraph_worker, pulsegraph_guard;
grant execute on function app.begin_event_batch(), app.organizations_to_track(), app.take_event_batch(), app.store_visitor_sketches()
  to pulsegraph_api, pulsegraph_worker;
grant execute on function app.refuse_strangers(uuid[]), app.refuse_events(uuid[]), app.keep_events(), app.session_pause(text),
  app.find_visits(), app.merge_visits(), app.find_batch_days(), app.note_traffic_changes(),
  app.add_traffic_quarters(), app.add_traffic_days(), app.add_traffic_clicks(), app.add_traffic_pages() to pulsegraph_guard;
grant execute on function app.session_pause(text) to pulsegraph_api, pulsegraph_worker;

-- In the order in which a batch writes them. A session is written again with each of its events: where the new version
-- finds room on its page, none of five indexes is touched.
call app.partition_by_month('analytics_clicks', retention => 'events');
call app.partition_by_month('analytics_events', retention => 'events');
call app.partition_by_month('analytics_page_views', retention => 'events');
call app.partition_by_month('ingested_messages', retention => 'messages');
call app.partition_by_month('analytics_sessions', retention => 'events', fillfactor => 70);

-- Organizations that are there already. Forced row security shows them to the guard, not to the owner.
set local role pulsegraph_guard;
insert into traffic_zones (organization_id, time_zone) select id, time_zone from organizations;
reset role;
