-- package: funnel
-- Funnels: how many visitors do one step after the other, and where they stop.
--
-- A funnel is a name; what it counts is one of its versions, which never change, so that a number that was answered can be
-- asked for again.

create table funnels (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  name text not null,
  description text,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint funnels_pkey primary key (organization_id, id),
  constraint funnels_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint funnels_name_key unique (organization_id, name),
  constraint funnels_name_length check (length(name) <= 200 and not app.is_blank(name)),
  constraint funnels_description_length check (length(description) <= 2000)
);
comment on table funnels is 'Saved funnels. What they count is in their newest version.';
comment on column funnels.active is 'Whether it is in use. It is counted either way, when somebody asks.';
comment on constraint funnels_name_key on funnels is 'name: already taken.';
comment on constraint funnels_name_length on funnels is 'name: 1 to 200 characters, not only blanks.';
comment on constraint funnels_description_length on funnels is 'description: at most 2000 characters.';

create table funnel_versions (
  organization_id uuid not null,
  funnel_id uuid not null,
  version int not null,
  steps jsonb not null,
  exclude jsonb not null default '[]',
  window_seconds bigint not null,
  ordering text not null default 'ordered',
  created_at timestamptz not null default now(),
  constraint funnel_versions_pkey primary key (organization_id, funnel_id, version),
  constraint funnel_versions_funnel_fkey foreign key (organization_id, funnel_id) references funnels (organization_id, id) on delete cascade,
  constraint funnel_versions_version_in_range check (version between 1 and 1000),
  constraint funnel_versions_steps_count check (
    case when jsonb_typeof(steps) = 'array' then jsonb_array_length(steps) between 2 and 10 else false end),
  constraint funnel_versions_exclude_count check (
    case when jsonb_typeof(exclude) = 'array' then jsonb_array_length(exclude) <= 5 else false end),
  constraint funnel_versions_steps_length check (app.json_length(steps) <= 65536 and app.json_length(exclude) <= 65536),
  constraint funnel_versions_window_seconds_in_range check (window_seconds between 60 and 7776000),
  constraint funnel_versions_ordering_known check (ordering in ('ordered', 'strict', 'any'))
);
comment on table funnel_versions is 'What a funnel counts: its steps, and how they belong together. Nobody may change a version.';
comment on column funnel_versions.steps is
  'A list of {"name": "Bought", "event": "Order Completed", "path": null, "click_target": null, "where": [...]}, as app.funnel_attempts reads it. One of the three is given.';
comment on column funnel_versions.exclude is 'Events that end an attempt, in the same form.';
comment on constraint funnel_versions_version_in_range on funnel_versions is 'steps: a funnel has at most 1000 versions; save another funnel.';
comment on constraint funnel_versions_steps_count on funnel_versions is 'steps: 2 to 10 steps.';
comment on constraint funnel_versions_exclude_count on funnel_versions is 'exclude: at most 5 events.';
comment on constraint funnel_versions_steps_length on funnel_versions is 'steps: at most 65536 characters as JSON, and as many of exclude.';
comment on constraint funnel_versions_window_seconds_in_range on funnel_versions is 'window: 1 minute to 90 days, such as P7D.';

create trigger funnels_touch before update on funnels for each row execute function app.set_updated_at();

create trigger funnels_enforce_limit before insert on funnels for each row execute function app.enforce_row_limit('funnels');

-- ---- The wall: everybody in the organization reads, editors write, nobody changes a version

call app.protect('funnels', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  guard => 'select');
call app.protect('funnel_versions', reads => 'viewer', inserts => 'editor');

grant select, delete on funnels to pulsegraph_api;
grant insert (organization_id, id, name, description, active) on funnels to pulsegraph_api;
grant update (name, description, active) on funnels to pulsegraph_api;
grant select on funnels to pulsegraph_guard;
grant select on funnel_versions to pulsegraph_api;
grant insert (organization_id, funnel_id, version, steps, exclude, window_seconds, ordering) on funnel_versions to pulsegraph_api;
