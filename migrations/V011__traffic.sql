-- Traffic: what visitors of an organization's pages do, the sessions they do it in, and the rollups that answer dashboards.
--
-- Everything comes in by one way, app.take_event_batch: it counts each message once, and moves rollups by what a batch
-- changes, in the transaction that keeps the events. Only views and clicks are traffic; all other events are kept, and
-- make no sessions.
--
-- A raw row is never changed. It does not name its session, since sessions merge when late events arrive; it has the key
-- by which sessions are found, the client's session or the visitor.
--
-- A visit counts where it began: in the quarter of an hour, the local day and under the codes of its earliest event. Views
-- and clicks count at their own instant and under their own codes. A code that is not given is '', so that it can be part
-- of keys.

-- Events come by COPY, into a temporary table that belongs to the guard.
do $$
begin
  if not has_database_privilege('pulsegraph_guard', current_database(), 'temporary') then
    execute format('grant temporary on database %I to pulsegraph_guard', current_database());
  end if;
end
$$;

-- ---- What happened. No foreign keys: a row trigger for each would cost more than the row. An organization takes all along.

create table analytics_page_views (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  message_key uuid not null,
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
  constraint analytics_page_views_page_type_format check (page_type ~ '^[a-z0-9._-]{1,50}$')
) partition by range (viewed_at);
comment on table analytics_page_views is 'Views of pages and screens. Partitioned by month in UTC.';
comment on column analytics_page_views.message_key is 'The client''s message id, hashed. An event counts once for each.';
comment on column analytics_page_views.session_key is
  'The client''s session, hashed, or else the visitor: with the instant it finds the row of analytics_sessions.';
comment on constraint analytics_page_views_page_type_format on analytics_page_views is
  'pageType: 1 to 50 lower-case letters, digits, dots, underscores and hyphens.';

create table analytics_clicks (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  message_key uuid not null,
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
comment on column analytics_clicks.message_key is 'The client''s message id, hashed. An event counts once for each.';
comment on column analytics_clicks.session_key is
  'The client''s session, hashed, or else the visitor: with the instant it finds the row of analytics_sessions.';
comment on constraint analytics_clicks_click_target_length on analytics_clicks is 'clickTarget: 1 to 255 characters.';

create table analytics_events (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  message_key uuid not null,
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
comment on column analytics_events.message_key is 'The client''s message id, hashed. An event counts once for each.';

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
  'Visits: the views and clicks of one session of a client, or of one visitor with no half an hour between them. What describes a visit is that of its earliest event. Partitioned by month in UTC.';
comment on column analytics_sessions.session_key is 'The client''s session, hashed, or else the visitor.';
comment on column analytics_sessions.session_id is 'As the client named it; null when the visit was told from the visitor''s pauses.';
comment on column analytics_sessions.first_message_key is 'Of the earliest event; it decides between events of one instant.';
-- Where an event looks for its session.
create index analytics_sessions_key_idx on analytics_sessions (organization_id, session_key, first_seen);
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
language plpgsql security definer set search_path = '' as $$
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
create index analytics_daily_group_stats_share_code_idx on analytics_daily_group_stats (organization_id, share_code, date);

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
create index analytics_daily_contact_stats_contact_id_idx on analytics_daily_contact_stats (organization_id, contact_id, date);

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

-- ---- Order among writers, and partitions

create function app.lock_traffic(organization uuid) returns void
language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('pulsegraph traffic ' || organization, 0))
$$;
comment on function app.lock_traffic(uuid) is
  'Makes writers of one organization''s traffic wait for one another until the end of their transactions. Whoever needs several takes them in the order of ids.';

create function app.make_traffic_partitions(parent text, months date[]) returns int
language plpgsql volatile security definer set search_path = '' as $$
begin
  if parent not in ('analytics_page_views', 'analytics_clicks', 'analytics_events', 'analytics_sessions', 'ingested_messages') then
    raise exception 'parent: % is no table of traffic with partitions.', parent using errcode = 'PG400';
  end if;
  return app.make_month_partitions(parent, months);
end
$$;
comment on function app.make_traffic_partitions(text, date[]) is
  'Makes the partitions of a table of traffic for these months that are missing; answers how many.';
alter function app.make_traffic_partitions(text, date[]) owner to pulsegraph_guard;

-- ---- An organization takes its traffic along

create function app.lock_traffic_of_deleted() returns trigger
language plpgsql security definer set search_path = '' as $$
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
language plpgsql security definer set search_path = '' as $$
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

alter table analytics_page_views enable row level security, force row level security;
alter table analytics_clicks enable row level security, force row level security;
alter table analytics_events enable row level security, force row level security;
alter table analytics_sessions enable row level security, force row level security;
alter table traffic_zones enable row level security, force row level security;
alter table traffic_quarters enable row level security, force row level security;
alter table traffic_quarter_clicks enable row level security, force row level security;
alter table traffic_quarter_pages enable row level security, force row level security;
alter table analytics_daily_stats enable row level security, force row level security;
alter table analytics_daily_user_stats enable row level security, force row level security;
alter table analytics_daily_group_stats enable row level security, force row level security;
alter table analytics_daily_contact_stats enable row level security, force row level security;
alter table analytics_daily_click_targets enable row level security, force row level security;
alter table analytics_daily_page_stats enable row level security, force row level security;
alter table ingested_messages enable row level security, force row level security;
alter table ingest_rejects enable row level security, force row level security;

create policy analytics_page_views_select on analytics_page_views for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_page_views_worker on analytics_page_views for select to pulsegraph_worker using (true);
create policy analytics_page_views_guard on analytics_page_views to pulsegraph_guard using (true) with check (true);

create policy analytics_clicks_select on analytics_clicks for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_clicks_worker on analytics_clicks for select to pulsegraph_worker using (true);
create policy analytics_clicks_guard on analytics_clicks to pulsegraph_guard using (true) with check (true);

create policy analytics_events_select on analytics_events for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_events_worker on analytics_events for select to pulsegraph_worker using (true);
create policy analytics_events_guard on analytics_events to pulsegraph_guard using (true) with check (true);

create policy analytics_sessions_select on analytics_sessions for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_sessions_worker on analytics_sessions for select to pulsegraph_worker using (true);
create policy analytics_sessions_guard on analytics_sessions to pulsegraph_guard using (true) with check (true);

create policy traffic_zones_select on traffic_zones for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy traffic_zones_worker on traffic_zones for select to pulsegraph_worker using (true);
create policy traffic_zones_guard on traffic_zones to pulsegraph_guard using (true) with check (true);

create policy traffic_quarters_select on traffic_quarters for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy traffic_quarters_worker on traffic_quarters for select to pulsegraph_worker using (true);
create policy traffic_quarters_guard on traffic_quarters to pulsegraph_guard using (true) with check (true);

create policy traffic_quarter_clicks_select on traffic_quarter_clicks for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy traffic_quarter_clicks_worker on traffic_quarter_clicks for select to pulsegraph_worker using (true);
create policy traffic_quarter_clicks_guard on traffic_quarter_clicks to pulsegraph_guard using (true) with check (true);

create policy traffic_quarter_pages_select on traffic_quarter_pages for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy traffic_quarter_pages_worker on traffic_quarter_pages for select to pulsegraph_worker using (true);
create policy traffic_quarter_pages_guard on traffic_quarter_pages to pulsegraph_guard using (true) with check (true);

create policy analytics_daily_stats_select on analytics_daily_stats for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_daily_stats_worker on analytics_daily_stats for select to pulsegraph_worker using (true);
create policy analytics_daily_stats_guard on analytics_daily_stats to pulsegraph_guard using (true) with check (true);

create policy analytics_daily_user_stats_select on analytics_daily_user_stats for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_daily_user_stats_worker on analytics_daily_user_stats for select to pulsegraph_worker using (true);
create policy analytics_daily_user_stats_guard on analytics_daily_user_stats to pulsegraph_guard using (true) with check (true);

create policy analytics_daily_group_stats_select on analytics_daily_group_stats for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_daily_group_stats_worker on analytics_daily_group_stats for select to pulsegraph_worker using (true);
create policy analytics_daily_group_stats_guard on analytics_daily_group_stats to pulsegraph_guard using (true) with check (true);

create policy analytics_daily_contact_stats_select on analytics_daily_contact_stats for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_daily_contact_stats_worker on analytics_daily_contact_stats for select to pulsegraph_worker using (true);
create policy analytics_daily_contact_stats_guard on analytics_daily_contact_stats to pulsegraph_guard using (true) with check (true);

create policy analytics_daily_click_targets_select on analytics_daily_click_targets for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_daily_click_targets_worker on analytics_daily_click_targets for select to pulsegraph_worker using (true);
create policy analytics_daily_click_targets_guard on analytics_daily_click_targets to pulsegraph_guard using (true) with check (true);

create policy analytics_daily_page_stats_select on analytics_daily_page_stats for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
create policy analytics_daily_page_stats_worker on analytics_daily_page_stats for select to pulsegraph_worker using (true);
create policy analytics_daily_page_stats_guard on analytics_daily_page_stats to pulsegraph_guard using (true) with check (true);

create policy ingested_messages_worker on ingested_messages for select to pulsegraph_worker using (true);
create policy ingested_messages_guard on ingested_messages to pulsegraph_guard using (true) with check (true);

create policy ingest_rejects_select on ingest_rejects for select to pulsegraph_api
  using (organization_id = any ((select app.organizations_where('admin'))::uuid[]));
create policy ingest_rejects_worker on ingest_rejects to pulsegraph_worker using (true) with check (true);
create policy ingest_rejects_guard on ingest_rejects to pulsegraph_guard using (true) with check (true);

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
grant select on ingested_messages to pulsegraph_worker;
grant select on ingest_rejects to pulsegraph_api;
grant select, insert, delete on ingest_rejects to pulsegraph_worker;
grant execute on function app.lock_traffic(uuid) to pulsegraph_worker, pulsegraph_guard;
grant execute on function app.make_traffic_partitions(text, date[]) to pulsegraph_worker;

-- Who makes partitions must own their parent. A new owner needs CREATE where the table lives, for this moment only.
grant create on schema public to pulsegraph_guard;
alter table analytics_page_views owner to pulsegraph_guard;
alter table analytics_clicks owner to pulsegraph_guard;
alter table analytics_events owner to pulsegraph_guard;
alter table analytics_sessions owner to pulsegraph_guard;
alter table ingested_messages owner to pulsegraph_guard;
revoke create on schema public from pulsegraph_guard;

-- Organizations that are there already. Forced row security shows them to the guard, not to the owner.
set local role pulsegraph_guard;
insert into traffic_zones (organization_id, time_zone) select id, time_zone from organizations;
reset role;
