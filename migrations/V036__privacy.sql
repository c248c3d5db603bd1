-- package: privacy
-- What visitors may ask for: what is kept of them, and that it no longer names them.
--
-- Counts stay. Each name of an erased visitor becomes a pseudonym, the same wherever it was, made with a salt that is thrown
-- away; so do the keys of its sessions. What rows said of the visitor is gone:
--
--   visitor  user  properties          visitor      user  properties
--   a        1     {"plan": "pro"}     erased:5d41        {}
--   b                                  erased:7b77        {}                 a and b stay one, as they were

create table privacy_requests (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  request_type text not null,
  status text not null default 'pending',
  visitor_hash text not null,
  requested_by uuid default app.current_user_id(),
  requested_at timestamptz not null default now(),
  processed_at timestamptz,
  data jsonb not null default '{}',
  constraint privacy_requests_pkey primary key (organization_id, id),
  constraint privacy_requests_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint privacy_requests_requested_by_fkey foreign key (requested_by) references user_profiles (id) on delete set null,
  constraint privacy_requests_request_type_known check (request_type in ('erase', 'export')),
  constraint privacy_requests_status_known check (status in ('pending', 'completed', 'failed')),
  constraint privacy_requests_visitor_hash_is_sha256 check (visitor_hash ~ '^[0-9a-f]{64}$')
);
comment on table privacy_requests is 'Who had which visitor erased or exported. It does not name the visitor.';
comment on column privacy_requests.visitor_hash is
  'SHA-256 of the organization''s UUID, a slash and the visitor as named, in hexadecimal: whoever knows the name finds its requests, and nobody else finds the name.';
comment on column privacy_requests.data is 'How many rows of each kind were erased or exported.';
create index privacy_requests_organization_id_requested_at_idx on privacy_requests (organization_id, requested_at, id);
create index privacy_requests_requested_by_idx on privacy_requests (requested_by);

create trigger privacy_requests_audit after insert on privacy_requests
  for each row execute function app.write_audit('PrivacyRequest');

create function app.visitor_hash(organization uuid, visitor text) returns text
language sql immutable parallel safe as $$
  select encode(sha256(convert_to(organization || '/' || visitor, 'UTF8')), 'hex')
$$;
comment on function app.visitor_hash(uuid, text) is 'As privacy_requests has a visitor.';

-- ---- Who a visitor is. Events show who did them as one text: an anonymous id, user:<id> or session:<id>.

create function app.names_of_visitor(organization uuid, visitor text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select visitor
    union
    select app.canonical_visitor(organization, visitor)
    union
    select a.visitor from public.visitor_aliases a
    where a.organization_id = organization and a.canonical_visitor = app.canonical_visitor(organization, names_of_visitor.visitor))
$$;
comment on function app.names_of_visitor(uuid, text) is 'All that is known to be the same visitor, as events show it.';

create function app.users_among(visitors text[]) returns text[]
language sql immutable parallel safe as $$
  select array(select substr(v, 6) from unnest(visitors) v where starts_with(v, 'user:'))
$$;
comment on function app.users_among(text[]) is 'The ids of users among visitors.';

-- ---- Erasing. Writers of the organization wait, and what they write afterwards is of another visitor.

create function app.erased_name(name text, visitors text[], salt text) returns text
language sql immutable parallel safe as $$
  select case when name = any (visitors) then 'erased:' || md5(salt || name) else name end
$$;
comment on function app.erased_name(text, text[], text) is 'A pseudonym for the name of one of the visitors; any other name as it is.';

-- Events of others that name the user, such as those of a device that two people share, lose what they say, but stay events of others.
create function app.erase_events(organization uuid, visitors text[], salt text, out erased jsonb, out quarters timestamptz[])
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  users constant text[] := app.users_among(visitors);
  views record;
  clicks record;
  events bigint;
  sessions bigint;
begin
  with done as (
    update public.analytics_page_views t set
      visitor = app.erased_name(t.visitor, visitors, salt), counted_visitor = app.erased_name(t.counted_visitor, visitors, salt),
      session_key = case when t.visitor = any (visitors) then md5(salt || t.session_key)::uuid else t.session_key end,
      user_id = null, properties = '{}', context = '{}'
    where t.organization_id = organization and (t.visitor = any (visitors) or t.user_id = any (users))
    returning app.quarter_hour(t.viewed_at) as quarter
  )
  select count(*) as erased, array_agg(distinct d.quarter) as quarters into views from done d;
  with done as (
    update public.analytics_clicks t set
      visitor = app.erased_name(t.visitor, visitors, salt), counted_visitor = app.erased_name(t.counted_visitor, visitors, salt),
      session_key = case when t.visitor = any (visitors) then md5(salt || t.session_key)::uuid else t.session_key end,
      user_id = null, properties = '{}', context = '{}'
    where t.organization_id = organization and (t.visitor = any (visitors) or t.user_id = any (users))
    returning app.quarter_hour(t.clicked_at) as quarter
  )
  select count(*) as erased, array_agg(distinct d.quarter) as quarters into clicks from done d;
  update public.analytics_events t set
    visitor = app.erased_name(t.visitor, visitors, salt),
    user_id = null, anonymous_id = null, session_id = null, properties = '{}', context = '{}'
  where t.organization_id = organization and (t.visitor = any (visitors) or t.user_id = any (users));
  get diagnostics events = row_count;
  update public.analytics_sessions t set
    visitor = app.erased_name(t.visitor, visitors, salt), session_key = md5(salt || t.session_key)::uuid, session_id = null, ip_address = null,
    user_agent = null, referrer = null, updated_at = now(),
    -- Of the referrer, which is the second, only its host.
    dimensions = case when t.dimensions[2] <> '' then t.dimensions[1:1] || split_part(t.dimensions[2], '/', 1) || t.dimensions[3:]
      else t.dimensions end
  where t.organization_id = organization and t.visitor = any (visitors);
  get diagnostics sessions = row_count;
  erased := jsonb_build_object('page_views', views.erased, 'clicks', clicks.erased, 'events', events, 'sessions', sessions);
  quarters := array(select distinct q from unnest(views.quarters || clicks.quarters) q order by q);
end
$$;
comment on function app.erase_events(uuid, text[], text) is
  'Has the events and sessions of a visitor name pseudonyms; answers how many rows there were, and the quarters of an hour with views and clicks among them.';

create function app.erase_identity(organization uuid, visitors text[], salt text) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  aliases bigint;
  users bigint;
begin
  update public.visitor_aliases a set
    visitor = app.erased_name(a.visitor, visitors, salt), canonical_visitor = app.erased_name(a.canonical_visitor, visitors, salt)
  where a.organization_id = organization and a.visitor = any (visitors);
  get diagnostics aliases = row_count;
  delete from public.identified_users u where u.organization_id = organization and u.user_id = any (app.users_among(visitors));
  get diagnostics users = row_count;
  return jsonb_build_object('aliases', aliases, 'traits', users);
end
$$;
comment on function app.erase_identity(uuid, text[], text) is
  'Has pseudonyms be one visitor, as the names were that they stand for, and forgets traits; answers how many rows there were.';

-- Samples of properties may be those of the visitor; a recent event brings another one.
create function app.erase_samples(organization uuid, visitors text[]) returns bigint
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with told as materialized (
    select distinct e.type, e.name, e.properties
    from public.product_events e
    where e.organization_id = organization and e.name is not null
      and (e.visitor = any (visitors) or e.user_id = any (app.users_among(visitors)))
  ),
  done as (
    update public.event_names n set sample_properties = '{}'
    where n.organization_id = organization and n.sample_properties <> '{}'
      and exists (select from told t where t.type = n.type and t.name = n.name and t.properties = n.sample_properties)
    returning 1
  )
  select count(*) from done
$$;
comment on function app.erase_samples(uuid, text[]) is 'Forgets samples of properties that are those of events of the visitor.';

-- Wherever a body names the visitor, with and without what tells anonymous ids, users and sessions apart.
create function app.erase_rejected_events(organization uuid, visitors text[]) returns bigint
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with named as materialized (
    select array_agg(v) || array_agg(regexp_replace(v, '^(user|session):', '')) as texts from unnest(visitors) v
  ),
  done as (
    delete from public.rejected_events r using named n
    where r.organization_id = organization
      and (r.message_id = any (n.texts)
        or exists (select from jsonb_path_query(r.body, 'strict $.**') b(part) where b.part #>> '{}' = any (n.texts))
        or exists (select from unnest(n.texts) t where strpos(r.reason, '`' || t || '`') > 0))
    returning 1
  )
  select count(*) from done
$$;
comment on function app.erase_rejected_events(uuid, text[]) is 'Deletes rejected events that name the visitor.';

create function app.erase_visitor(organization uuid, visitor text, out request uuid, out quarters timestamptz[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  salt constant text := gen_random_uuid() || '/' || gen_random_uuid();
  visitors text[];
  erased jsonb;
  rest jsonb;
begin
  if not organization = any (app.organizations_with_role('admin')) then
    raise exception 'may not erase visitors' using errcode = '42501';
  end if;
  perform app.lock(organization, 'traffic');
  visitors := app.names_of_visitor(organization, visitor);
  -- First what is found by names that are still there.
  rest := jsonb_build_object(
    'samples', app.erase_samples(organization, visitors), 'rejected_events', app.erase_rejected_events(organization, visitors));
  select e.erased, e.quarters into erased, quarters from app.erase_events(organization, visitors, salt) e;
  erased := erased || app.erase_identity(organization, visitors, salt) || rest;
  insert into public.privacy_requests (organization_id, request_type, status, visitor_hash, processed_at, data)
  values (organization, 'erase', 'completed', app.visitor_hash(organization, visitor), now(), erased)
  returning id into request;
end
$$;
comment on function app.erase_visitor(uuid, text) is
  'Has nothing name a visitor any more, and keeps what is counted; answers the request, and the quarters of an hour whose sketches are to be made again.';

alter function app.erase_visitor(uuid, text) owner to pulsegraph_guard;

-- ---- The wall: administrators alone

call app.protect('privacy_requests', reads => 'admin', inserts => 'admin', updates => 'admin', guard => 'all');
grant select on privacy_requests to pulsegraph_api;
grant insert (organization_id, id, request_type, visitor_hash) on privacy_requests to pulsegraph_api;
grant update (status, processed_at, data) on privacy_requests to pulsegraph_api;
grant select, insert on privacy_requests to pulsegraph_guard;
grant select on product_events to pulsegraph_guard;
grant execute on function app.erase_visitor(uuid, text) to pulsegraph_api;
grant execute on function app.visitor_hash(uuid, text), app.names_of_visitor(uuid, text), app.users_among(text[])
  to pulsegraph_api, pulsegraph_guard;
grant execute on function app.erased_name(text, text[], text), app.erase_events(uuid, text[], text),
  app.erase_identity(uuid, text[], text), app.erase_samples(uuid, text[]), app.erase_rejected_events(uuid, text[]) to pulsegraph_guard;
