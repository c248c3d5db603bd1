-- package: annotation
-- Annotations: what happened on a day, for whoever looks at a chart of it.

create table annotations (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  happened_on date not null,
  text text not null,
  author_id uuid default app.current_user_id(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint annotations_pkey primary key (organization_id, id),
  constraint annotations_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint annotations_author_id_fkey foreign key (author_id) references user_profiles (id) on delete set null,
  constraint annotations_happened_on_in_range check (happened_on between '2000-01-01' and '2100-12-31'),
  constraint annotations_text_length check (length(text) <= 500 and not app.is_blank(text))
);
comment on table annotations is 'What happened on a day, for whoever looks at a chart of it.';
comment on column annotations.author_id is 'Who made it; null for an API key, and when the account is gone.';
comment on constraint annotations_happened_on_in_range on annotations is 'date: a day in the years 2000 to 2100.';
comment on constraint annotations_text_length on annotations is 'text: 1 to 500 characters, not only blanks.';
create index annotations_organization_id_happened_on_idx on annotations (organization_id, happened_on, id);
create index annotations_author_id_idx on annotations (author_id);

create trigger annotations_touch before update on annotations for each row execute function app.set_updated_at();

create trigger annotations_enforce_limit before insert on annotations
  for each row execute function app.enforce_row_limit('annotations', 'text');

call app.protect('annotations', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor', guard => 'select');
grant select, delete on annotations to pulsegraph_api;
grant insert (organization_id, id, happened_on, text) on annotations to pulsegraph_api;
grant update (happened_on, text) on annotations to pulsegraph_api;
grant select on annotations to pulsegraph_guard;
