-- package: event
-- Who visitors are: ids that are one visitor's, what is told of users, and visitors who are known by nothing that lasts.
--
-- A visitor is known by what the client calls it: an anonymous id, user:42, session:7. identify and alias tell that two of them
-- are one. All that are one make a set, one of whose members is canonical, and stands for the visitor where visitors are counted:
--
--   identify(anonymous a, user 1)     user:1 -> a             a was here before, and keeps its name
--   identify(anonymous b, user 1)     user:1 -> a,  b -> a    another device
--   identify(anonymous a, user 2)     nothing                 a is of user 1 already: two people at one device
--   alias(user 1, user 2)             user:2 -> a             told expressly, so that it holds for users, too
--
-- Raw rows stay as they are. What asks for events joins the sets as they are now (product_events.canonical_visitor), so that the
-- past of a visitor is joined as well. Sketches of visitors cannot take a visitor back: an event is entered there as the one who
-- was canonical when it was written, which its row keeps as counted_visitor. Since the first name stays canonical, somebody who
-- was anonymous and gets a user id is one visitor in sketches, too.

create table visitor_aliases (
  organization_id uuid not null,
  visitor text not null,
  canonical_visitor text not null,
  joined_at timestamptz not null default now(),
  constraint visitor_aliases_pkey primary key (organization_id, visitor),
  constraint visitor_aliases_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint visitor_aliases_canonical_visitor_differs check (visitor <> canonical_visitor)
);
comment on table visitor_aliases is 'Visitors who are counted as another, the canonical one of all that are one.';
-- With the visitor first, so that no plan takes it for one by organization, and looks there for an alias.
create index visitor_aliases_canonical_visitor_organization_id_idx on visitor_aliases (canonical_visitor, organization_id);

create table identified_users (
  organization_id uuid not null,
  user_id text not null,
  id uuid not null generated always as (md5(user_id)::uuid) stored,
  traits jsonb not null default '{}',
  trait_times jsonb not null default '{}',
  identified_at timestamptz not null,
  updated_at timestamptz not null,
  constraint identified_users_pkey primary key (organization_id, user_id),
  constraint identified_users_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade
);
comment on table identified_users is 'Users whom identify told, and what it told of them.';
comment on column identified_users.id is 'Made of user_id, so that an order of times is a total one.';
comment on column identified_users.traits is 'What was told last of each trait. At most 200 traits of at most 2,000 bytes, those told last.';
comment on column identified_users.trait_times is 'When each was told, in microseconds since 1970: an earlier event that arrives late changes nothing.';
comment on column identified_users.identified_at is 'Time of the earliest event that identified the user.';
comment on column identified_users.updated_at is 'Time of the latest.';
create index identified_users_organization_id_identified_at_id_idx on identified_users (organization_id, identified_at, id);

create function app.canonical_visitor(organization uuid, visitor text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select a.canonical_visitor from public.visitor_aliases a
    where a.organization_id = organization and a.visitor = canonical_visitor.visitor), visitor)
$$;
comment on function app.canonical_visitor(uuid, text) is 'Who stands for a visitor and all that are the same.';

create function app.join_visitors(organization uuid, one text, other text, identifies boolean) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  most constant int := 1000;
  of_one constant text := app.canonical_visitor(organization, one);
  of_other constant text := app.canonical_visitor(organization, other);
  members_of_one constant text[] := of_one || array(
    select a.visitor from public.visitor_aliases a where a.organization_id = organization and a.canonical_visitor = of_one);
  members_of_other constant text[] := of_other || array(
    select a.visitor from public.visitor_aliases a where a.organization_id = organization and a.canonical_visitor = of_other);
  kept text := of_other;
  gone text := of_one;
begin
  if of_one = of_other or cardinality(members_of_one) + cardinality(members_of_other) > most
    or identifies and exists (select from unnest(members_of_one) m where m like 'user:%') then
    return;
  end if;
  if cardinality(members_of_other) = 1 then
    kept := of_one;
    gone := of_other;
  end if;
  update public.visitor_aliases a set canonical_visitor = kept where a.organization_id = organization and a.canonical_visitor = gone;
  insert into public.visitor_aliases (organization_id, visitor, canonical_visitor) values (organization, gone, kept);
end
$$;
comment on function app.join_visitors(uuid, text, text, boolean) is
  'Makes two visitors one, unless they would be more than 1,000; or, when it is to identify, the first is of another user already.';

create function app.join_batch_visitors() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  told record;
begin
  for told in
    select b.organization_id, j.one, j.other, b.type = 'identify' as identifies
    from pg_temp.event_batch b
    cross join lateral (
      select b.visitor as one, 'user:' || b.user_id as other, false as is_second where b.type = 'identify'
      union all
      -- Clients tell the previous id alone, whether it was anonymous or a user's. The likelier one comes first, and may stay canonical.
      select p.prefix || (b.properties ->> 'previousId'), coalesce('user:' || b.user_id, b.visitor),
        (p.prefix = '') = exists (
          select from public.identified_users u
          where u.organization_id = b.organization_id and u.user_id = b.properties ->> 'previousId')
      from (values (''), ('user:')) p(prefix) where b.type = 'alias') j
    where b.type in ('identify', 'alias') and not b.is_bot and j.one <> j.other
    order by b.organization_id, b.at, b.message_key, j.is_second
  loop
    perform app.join_visitors(told.organization_id, told.one, told.other, told.identifies);
  end loop;
end
$$;
comment on function app.join_batch_visitors() is 'Joins the visitors of whom the batch tells that they are one.';

create function app.set_counted_visitors(organizations uuid[]) returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.visitor_aliases a where a.organization_id = any (organizations)) then
    return false;
  end if;
  -- Each visitor is looked up once; what is found is joined with the batch alone.
  with joined as materialized (
    select v.organization_id, v.visitor, a.canonical_visitor
    from (select distinct b.organization_id, b.visitor from pg_temp.event_batch b) v
    cross join lateral (
      select a.canonical_visitor from public.visitor_aliases a
      where a.organization_id = v.organization_id and a.visitor = v.visitor offset 0) a)
  update pg_temp.event_batch b set counted_visitor = j.canonical_visitor
  from joined j where j.organization_id = b.organization_id and j.visitor = b.visitor;
  return found;
end
$$;
comment on function app.set_counted_visitors(uuid[]) is 'Notes whom events of the batch are counted as, where that is another than their visitor; false for none.';

create function app.keep_traits() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.identified_users as u (organization_id, user_id, traits, trait_times, identified_at, updated_at)
  select b.organization_id, b.user_id, coalesce(t.traits, '{}'), coalesce(t.trait_times, '{}'), b.identified_at, b.updated_at
  from (
    select b.organization_id, b.user_id, min(b.at) as identified_at, max(b.at) as updated_at
    from pg_temp.event_batch b
    where b.type = 'identify' and b.user_id is not null and not b.is_bot
    group by b.organization_id, b.user_id) b
  left join lateral (
    select jsonb_object_agg(t.key, t.value) as traits, jsonb_object_agg(t.key, t.at) as trait_times
    from (
      select l.key, l.value, l.at
      from (
        select distinct on (t.key) t.key, t.value, (extract(epoch from e.at) * 1000000)::bigint as at
        from pg_temp.event_batch e cross join lateral jsonb_each(e.properties) t
        where e.organization_id = b.organization_id and e.user_id = b.user_id and e.type = 'identify' and not e.is_bot
          and octet_length(t.key || t.value::text) <= 2000
        order by t.key, e.at desc, t.value desc) l
      order by l.at desc, l.key limit 200) t) t on true
  order by b.organization_id, b.user_id
  on conflict (organization_id, user_id) do update set
    (traits, trait_times) = (
      select coalesce(jsonb_object_agg(t.key, t.value), '{}'), coalesce(jsonb_object_agg(t.key, t.at), '{}')
      from (
        select l.key, l.value, l.at
        from (
          select distinct on (t.key) t.key, t.value, t.at
          from (
            select o.key, o.value, (u.trait_times ->> o.key)::bigint as at from jsonb_each(u.traits) o
            union all
            select n.key, n.value, (excluded.trait_times ->> n.key)::bigint from jsonb_each(excluded.traits) n) t
          order by t.key, t.at desc, t.value desc) l
        order by l.at desc, l.key limit 200) t),
    identified_at = least(u.identified_at, excluded.identified_at), updated_at = greatest(u.updated_at, excluded.updated_at);
end
$$;
comment on function app.keep_traits() is
  'Keeps what the batch tells of users: of each trait what was told last, in the order of the events'' times, whenever they arrive.';

create function app.identify_visitors(organizations uuid[]) returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from pg_temp.event_batch b where b.type in ('identify', 'alias')) then
    perform app.join_batch_visitors();
    perform app.keep_traits();
  end if;
  return app.set_counted_visitors(organizations);
end
$$;
comment on function app.identify_visitors(uuid[]) is
  'Makes of the batch who visitors are, and notes whom its events are counted as; false when all are counted as their visitors.';

call app.protect('visitor_aliases', reads => 'viewer', guard => 'all');
call app.protect('identified_users', reads => 'viewer', guard => 'all');
grant select on visitor_aliases, identified_users to pulsegraph_api;
grant select, insert, update, delete on visitor_aliases, identified_users to pulsegraph_guard;
grant execute on function app.canonical_visitor(uuid, text) to pulsegraph_api;
grant execute on function app.canonical_visitor(uuid, text), app.join_visitors(uuid, text, text, boolean), app.join_batch_visitors(),
  app.set_counted_visitors(uuid[]), app.keep_traits(), app.identify_visitors(uuid[]) to pulsegraph_guard;

-- Visitors whose browsers keep nothing. A node makes each of what its request shows, hashed with the secret of the day, which
-- all nodes share: whoever comes again that day is the same visitor, and tomorrow nobody can tell who it was, since the secret
-- is gone.

-- Unlogged, so that no log, no replica and no backup of ours keeps what is deleted here. When PostgreSQL crashes it is lost, and
-- another secret is made.
create unlogged table visitor_secrets (
  used_on date not null,
  secret bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  constraint visitor_secrets_pkey primary key (used_on),
  constraint visitor_secrets_secret_is_sha256 check (octet_length(secret) = 32)
);
comment on table visitor_secrets is
  'What visitors without storage are hashed with, a secret for each day in UTC. Deleted within hours after the end of its day.';

create function app.visitor_secret(day date) returns bytea
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.visitor_secrets (used_on) values (day) on conflict (used_on) do nothing;
  -- Another node may have been faster; a statement of its own sees what that committed.
  return (select s.secret from public.visitor_secrets s where s.used_on = day);
end
$$;
comment on function app.visitor_secret(date) is 'The secret of a day in UTC, which is made when it is asked for first.';

create function prune_visitor_secrets(keep interval default '2 hours') returns bigint
language sql volatile as $$
  with pruned as (
    delete from public.visitor_secrets where used_on < ((now() - keep) at time zone 'UTC')::date returning 1)
  select count(*) from pruned
$$;
comment on function prune_visitor_secrets(interval) is 'Deletes the secrets of days that ended longer ago; answers how many.';

call app.protect('visitor_secrets', worker => 'all');

grant select, insert (used_on), delete on visitor_secrets to pulsegraph_worker;
grant execute on function app.visitor_secret(date), prune_visitor_secrets(interval) to pulsegraph_worker;
