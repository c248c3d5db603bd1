-- package: event
-- Events: what visitors of an organization's pages do.
--
-- Everything comes in by one way, app.write_event_batch: it counts each message once, and moves rollups by what a batch
-- changes, in the transaction that keeps the events. Only views and clicks are traffic; all other events are kept, and
-- make no sessions.
--
-- A raw row is never changed, unless its visitor is erased. It does not name its session, since sessions merge when late
-- events arrive; it has the key by which sessions are found, of the visitor and the client's session.
--
-- A code that is not given is '', so that it can be part of keys.

-- ---- What happened. No foreign keys: a row trigger for each would cost more than the row. An organization takes all along.

create table analytics_page_views (
  organization_id uuid not null,
  id uuid not null,
  session_key uuid not null,
  visitor text not null,
  counted_visitor text,
  user_id text,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  page_type text not null,
  path text,
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
comment on column analytics_page_views.id is
  'UUIDv7 of the microsecond of the event, with the end of its message key: whoever has it knows viewed_at too.';
comment on column analytics_page_views.path is 'Path of the page without query, its first 500 characters. Null when the client did not tell.';
comment on column analytics_page_views.counted_visitor is
  'Who was canonical for the visitor when the event was written, and is counted in sketches. Null for the visitor itself.';
comment on column analytics_page_views.session_key is
  'The visitor and the client''s session, if it named one, hashed: with the instant it finds the row of analytics_sessions.';
comment on constraint analytics_page_views_page_type_format on analytics_page_views is
  'pageType: 1 to 50 lower-case letters, digits, dots, underscores and hyphens.';

create table analytics_clicks (
  organization_id uuid not null,
  id uuid not null,
  session_key uuid not null,
  visitor text not null,
  counted_visitor text,
  user_id text,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  click_target text not null,
  click_category text not null,
  path text,
  outbound_link text,
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
comment on column analytics_clicks.id is 'As of analytics_page_views, with clicked_at.';
comment on column analytics_clicks.counted_visitor is 'As of analytics_page_views.';
comment on column analytics_clicks.session_key is
  'The visitor and the client''s session, if it named one, hashed: with the instant it finds the row of analytics_sessions.';
comment on column analytics_clicks.path is 'Path of the page, as of analytics_page_views.';
comment on column analytics_clicks.outbound_link is 'Host of the link that was clicked, when it leads to another host.';
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
comment on column analytics_events.id is 'As of analytics_page_views, with occurred_at.';

create table ingested_messages (
  organization_id uuid not null,
  message_key uuid not null,
  received_at timestamptz not null,
  constraint ingested_messages_pkey primary key (organization_id, message_key, received_at)
) partition by range (received_at);
comment on column ingested_messages.message_key is 'The organization and the client''s message id, hashed. An event counts once for each.';
comment on table ingested_messages is
  'The messages that were counted, so that none is twice. They are kept longer than an event may be late. Partitioned by month in UTC.';

create table rejected_events (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  received_at timestamptz not null default now(),
  message_id text,
  code text not null,
  reason text not null,
  body jsonb,
  constraint rejected_events_pkey primary key (organization_id, received_at, id),
  constraint rejected_events_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint rejected_events_body_size check (length(body::text) <= 32768)
);
comment on table rejected_events is 'Events that were not taken, and why, for whoever looks for a mistake in a client. Kept for a week.';

-- ---- Writing. The temporary tables of a batch stay with the connection and are empty outside of a transaction, so that
-- plans are made once. They belong to the guard, so that nobody can put a trigger on what it reads.
--
-- Nothing here leaves the planner a choice that matters: stored rows are found by lateral lookups for which one index can
-- serve, or by ON CONFLICT, and what is of the batch is joined with nothing but the days of its quarters of an hour, which are
-- few.

create function app.create_event_staging() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_own_temporary_tables('{event_batch}');
  if to_regclass('pg_temp.event_batch') is null then
    create temporary table event_batch (
      position int not null,
      organization_id uuid not null,
      message_key uuid not null,
      id uuid not null,
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
      path text,
      click_target text,
      click_category text,
      outbound_link text,
      at timestamptz not null,
      bucket timestamptz not null generated always as (app.quarter_hour(at)) stored,
      received_at timestamptz not null,
      counted_visitor text,
      is_bot boolean not null,
      ip_address text,
      user_agent text,
      referrer text,
      dimensions text[],
      properties jsonb not null,
      context jsonb not null
    ) on commit delete rows;
    grant insert on pg_temp.event_batch to pulsegraph_api, pulsegraph_worker;
    grant select (organization_id), delete on pg_temp.event_batch to pulsegraph_worker;
  end if;
  delete from pg_temp.event_batch;
  perform app.create_session_staging();
  perform app.create_consumer_staging();
end
$$;
comment on function app.create_event_staging() is
  'Makes or empties the temporary table event_batch, which events are copied into, and those that app.write_event_batch works with.';

-- What features make of events is called here and nowhere else: a feature adds a line to these functions, and its own come in its
-- migration. What SQL cannot do is for an EventConsumer in Java, which is called afterwards.

create function app.create_consumer_staging() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform app.create_traffic_staging();
end
$$;
comment on function app.create_consumer_staging() is 'Makes or empties the temporary tables of features that app.consume_event_batch calls.';

create function app.consume_event_batch() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform app.count_event_names();
end
$$;
comment on function app.consume_event_batch() is 'Has features make what they make of all events that were written, those of bots too.';

create function app.consume_traffic_batch() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform app.count_traffic();
end
$$;
comment on function app.consume_traffic_batch() is
  'Has features make what they make of the views and clicks that were written, with what became of sessions in session_changes.';

create function app.ingestible_organizations() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select app.organizations_with_role('editor') || array(
    select k.organization_id from public.api_keys k
    where k.id = app.current_api_key_id() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
      and 'ingest' = any (k.scopes))
$$;
comment on function app.ingestible_organizations() is 'The organizations whose events the caller may send.';

create function app.require_ingest_permission(organizations uuid[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('role') <> 'pulsegraph_worker' and not organizations <@ app.ingestible_organizations() then
    raise exception 'may not send events' using errcode = '42501';
  end if;
end
$$;
comment on function app.require_ingest_permission(uuid[]) is 'An error unless the caller is the server itself or may send events of all these organizations.';

create function app.write_event_batch() returns table (number int, code text, counted_visitor text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  organizations uuid[];
  organization uuid;
begin
  perform app.require_own_temporary_tables('{event_batch,batch_sessions,session_changes}');
  organizations := array(select distinct b.organization_id from pg_temp.event_batch b order by 1);
  perform app.require_ingest_permission(organizations);
  foreach organization in array organizations loop
    perform app.lock(organization, 'traffic');
  end loop;
  return query select r.number, r.code, null::text from app.reject_events(organizations) r;
  if app.identify_visitors(organizations) then
    return query select b.position, null::text, b.counted_visitor from pg_temp.event_batch b where b.counted_visitor is not null;
  end if;
  perform app.insert_events();
  perform app.consume_event_batch();
  delete from pg_temp.event_batch b where b.type not in ('page', 'click') or b.is_bot;
  perform app.collect_sessions();
  perform app.extend_sessions();
  perform app.merge_sessions();
  perform app.consume_traffic_batch();
end
$$;
comment on function app.write_event_batch() is
  'Writes the events in the temporary table event_batch, if the caller may; answers those that were not written, and those that are counted as another visitor.';

create function app.reject_events(organizations uuid[]) returns table (number int, code text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  known constant uuid[] := array(
    select z.organization_id from unnest(organizations) o(id)
    cross join lateral (select z.organization_id from public.rollup_zones z where z.organization_id = o.id limit 1) z);
  -- Asked by one array for each organization: the index is walked once in the order of its keys.
  counted constant uuid[] := array(
    select m.message_key
    from (
      select b.organization_id, array_agg(b.message_key) as keys from pg_temp.event_batch b group by b.organization_id) k
    cross join lateral (
      select m.message_key from public.ingested_messages m
      where m.organization_id = k.organization_id and m.message_key = any (k.keys) offset 0) m);
begin
  -- As a rule there is nothing to reject.
  if counted = '{}' and organizations <@ known
    and not exists (select from pg_temp.event_batch b group by b.message_key having count(*) > 1) then
    return;
  end if;
  return query
    with judged as materialized (
      select b.position, b.place,
        case
          when not b.organization_id = any (known) then 'UNKNOWN_ORGANIZATION'
          when b.nth > 1 or b.message_key = any (counted) then 'DUPLICATE'
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
comment on function app.reject_events(uuid[]) is
  'Takes from the batch what was counted already and what is of no organization, and answers it. Of two equal messages the first stays.';

create function app.insert_events() returns void
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
    (organization_id, id, session_key, visitor, counted_visitor, user_id, user_code, share_code, contact_id, click_target,
      click_category, path, outbound_link, name, clicked_at, received_at, properties, context)
  select b.organization_id, b.id, b.session_key, b.visitor, b.counted_visitor, b.user_id, b.user_code, b.share_code, b.contact_id,
    b.click_target, b.click_category, b.path, b.outbound_link, b.name, b.at, b.received_at, b.properties, b.context
  from pg_temp.event_batch b where b.type = 'click' and not b.is_bot order by b.organization_id, b.at;

  if event_months <> '{}' then
    perform app.make_partitions('analytics_events', event_months);
    insert into public.analytics_events
      (organization_id, id, type, name, visitor, user_id, anonymous_id, session_id, user_code, share_code,
        contact_id, is_bot, occurred_at, received_at, properties, context)
    select b.organization_id, b.id, b.type, b.name, b.visitor, b.user_id, b.anonymous_id, b.session_id, b.user_code,
      b.share_code, b.contact_id, b.is_bot, b.at, b.received_at, b.properties, b.context
    from pg_temp.event_batch b where b.type not in ('page', 'click') or b.is_bot order by b.organization_id, b.at;
  end if;

  perform app.make_partitions('analytics_page_views', page_months);
  insert into public.analytics_page_views
    (organization_id, id, session_key, visitor, counted_visitor, user_id, user_code, share_code, contact_id, page_type, path, name,
      viewed_at, received_at, properties, context)
  select b.organization_id, b.id, b.session_key, b.visitor, b.counted_visitor, b.user_id, b.user_code, b.share_code, b.contact_id, b.page_type, b.path,
    b.name, b.at, b.received_at, b.properties, b.context
  from pg_temp.event_batch b where b.type = 'page' and not b.is_bot order by b.organization_id, b.at;

  perform app.make_partitions('ingested_messages', received_months);
  insert into public.ingested_messages (organization_id, message_key, received_at)
  select b.organization_id, b.message_key, b.received_at from pg_temp.event_batch b order by 1, 2;

  perform app.make_partitions('analytics_sessions', array(select distinct m from unnest(click_months || page_months) m));
end
$$;
comment on function app.insert_events() is 'Keeps the events of the batch as they are.';

alter function app.create_event_staging() owner to pulsegraph_guard;
alter function app.ingestible_organizations() owner to pulsegraph_guard;
alter function app.write_event_batch() owner to pulsegraph_guard;

-- ---- The wall: everybody in the organization reads, administrators read what was rejected, only functions write

call app.protect('analytics_page_views', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_clicks', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_events', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('ingested_messages', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('rejected_events', reads => 'admin', worker => 'all', guard => 'all');

grant select on analytics_page_views, analytics_clicks, analytics_events to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on analytics_page_views, analytics_clicks, analytics_events, ingested_messages,
  rejected_events to pulsegraph_guard;
grant select on ingested_messages to pulsegraph_api, pulsegraph_worker;
grant select on rejected_events to pulsegraph_api;
grant select, insert, delete on rejected_events to pulsegraph_worker;
grant execute on function app.create_event_staging(), app.ingestible_organizations(), app.write_event_batch()
  to pulsegraph_api, pulsegraph_worker;
grant execute on function app.require_ingest_permission(uuid[]), app.reject_events(uuid[]), app.insert_events(),
  app.create_consumer_staging(), app.consume_event_batch(), app.consume_traffic_batch()
  to pulsegraph_guard;

-- In the order in which a batch writes them. A session is written again with each of its events: where the new version
-- finds room on its page, none of five indexes is touched.
call app.partition_by_month('analytics_clicks', retention => 'events');
call app.partition_by_month('analytics_events', retention => 'events');
call app.partition_by_month('analytics_page_views', retention => 'events');
call app.partition_by_month('ingested_messages', retention => 'messages');
-- Events over HTTP: whose they are, and what becomes of those that are rejected.

-- A batch of many requests asks for all of their keys at once, in the transaction that writes: a key that was revoked before
-- is not accepted any more.
create function app.ingest_keys(sha256 text[]) returns table (sha256 text, id uuid, organization_id uuid, may_ingest boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(k.secret_sha256, 'hex'), k.id, k.organization_id, k.scopes && array['ingest', 'write']
  from public.api_keys k
  where k.secret_sha256 = any (select decode(s, 'hex') from unnest(ingest_keys.sha256) s)
    and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
$$;
comment on function app.ingest_keys(text[]) is
  'Those of the keys (by the SHA-256 of their secrets, in hexadecimal) that are valid now, their organizations, and whether their scopes let them send events.';

-- A batch is of many organizations. One that somebody else writes for long, such as a recount, is left out, and the others
-- need not wait for it: a moment for the first such, and none for more.
create function app.lock_traffic_soon(organizations uuid[]) returns setof uuid
language plpgsql volatile set search_path = pg_catalog, pg_temp set lock_timeout = '250ms' as $$
declare
  organization uuid;
begin
  for organization in select distinct o from unnest(organizations) o order by 1 loop
    begin
      perform app.lock(organization, 'traffic');
    exception when lock_not_available then
      perform set_config('lock_timeout', '1ms', true);
      return next organization;
    end;
  end loop;
end
$$;
comment on function app.lock_traffic_soon(uuid[]) is
  'Takes the lock of traffic of each of the organizations, in their order; answers those that it did not get within a moment.';

-- jsonb is longer than what was sent, where it writes numbers out; a body that is too long so is left out.
create function app.insert_rejected_events(rejects jsonb) returns int
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with kept as (
    insert into public.rejected_events (organization_id, received_at, message_id, code, reason, body)
    select r.organization_id, r.received_at, r.message_id, r.code, r.reason, case when length(r.body::text) <= 32768 then r.body end
    from jsonb_to_recordset(rejects)
      r(organization_id uuid, received_at timestamptz, message_id text, code text, reason text, body jsonb)
    where exists (select from public.organizations o where o.id = r.organization_id)
    returning 1)
  select count(*)::int from kept
$$;
comment on function app.insert_rejected_events(jsonb) is 'Keeps rejected events, given as a list of objects; answers how many.';

create index rejected_events_received_at_idx on rejected_events (received_at);

create function prune_rejected_events(keep interval default '7 days') returns bigint
language sql volatile as $$
  with pruned as (delete from public.rejected_events where received_at < now() - keep returning 1)
  select count(*) from pruned
$$;
comment on function prune_rejected_events(interval) is 'Deletes rejected events that were received longer ago; answers how many.';

alter function app.ingest_keys(text[]) owner to pulsegraph_guard;
grant execute on function app.ingest_keys(text[]), app.lock_traffic_soon(uuid[]), app.insert_rejected_events(jsonb), prune_rejected_events(interval) to pulsegraph_worker;
