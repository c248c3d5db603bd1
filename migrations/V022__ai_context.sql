-- package: aicontext
-- AI context: what an assistant was given and what it answered, with what people made of it; and feature vectors that
-- models compute of posts and other things.

create table ai_context_logs (
  organization_id uuid not null,
  -- For the source's statement, which names none.
  id uuid not null default gen_random_uuid(),
  user_id uuid,
  source_type text not null,
  source_id uuid,
  context_summary text not null,
  ai_response text,
  prompt_template text,
  model_used text,
  feedback_score int,
  feedback_type text,
  feedback_by uuid,
  feedback_at timestamptz,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint ai_context_logs_pkey primary key (organization_id, id),
  -- The source's was `on delete set null`, which left rows that belonged to nobody.
  constraint ai_context_logs_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint ai_context_logs_user_id_fkey foreign key (user_id) references user_profiles (id) on delete set null,
  constraint ai_context_logs_feedback_by_fkey foreign key (feedback_by) references user_profiles (id) on delete set null,
  constraint ai_context_logs_source_type_known check (
    source_type in ('chat', 'post', 'dm', 'comment', 'insight', 'suggestion', 'analysis')),
  constraint ai_context_logs_context_summary_length check (length(context_summary) <= 20000 and not app.is_blank(context_summary)),
  constraint ai_context_logs_ai_response_length check (length(ai_response) <= 100000 and not app.is_blank(ai_response)),
  constraint ai_context_logs_prompt_template_length check (length(prompt_template) <= 20000 and not app.is_blank(prompt_template)),
  constraint ai_context_logs_model_used_length check (length(model_used) <= 200 and not app.is_blank(model_used)),
  constraint ai_context_logs_feedback_score_in_range check (feedback_score between 1 and 5),
  constraint ai_context_logs_feedback_type_known check (
    feedback_type in ('helpful', 'too_generic', 'not_relevant', 'incorrect', 'excellent')),
  constraint ai_context_logs_feedback_has_time check (
    (feedback_at is null) = (feedback_score is null and feedback_type is null)),
  constraint ai_context_logs_feedback_has_person check (feedback_by is null or feedback_at is not null),
  constraint ai_context_logs_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
  constraint ai_context_logs_metadata_length check (app.json_length(metadata) <= 16384)
);
comment on table ai_context_logs is 'What an assistant was given as context and what it answered, with the feedback of people. Never changed but for the feedback.';
comment on column ai_context_logs.user_id is 'Who logged it; null for an API key, and when the person is gone.';
comment on column ai_context_logs.source_id is 'What it is about. No foreign key: the log stays when a post goes.';
comment on constraint ai_context_logs_source_type_known on ai_context_logs is
  'sourceType: one of chat, post, dm, comment, insight, suggestion and analysis.';
comment on constraint ai_context_logs_context_summary_length on ai_context_logs is 'contextSummary: 1 to 20000 characters, not only blanks.';
comment on constraint ai_context_logs_ai_response_length on ai_context_logs is 'aiResponse: 1 to 100000 characters, not only blanks.';
comment on constraint ai_context_logs_prompt_template_length on ai_context_logs is 'promptTemplate: 1 to 20000 characters, not only blanks.';
comment on constraint ai_context_logs_model_used_length on ai_context_logs is 'modelUsed: 1 to 200 characters, not only blanks.';
comment on constraint ai_context_logs_feedback_score_in_range on ai_context_logs is 'feedbackScore: 1 to 5.';
comment on constraint ai_context_logs_metadata_is_object on ai_context_logs is 'metadata: a JSON object.';
comment on constraint ai_context_logs_metadata_length on ai_context_logs is 'metadata: a JSON object of at most 16384 characters, not counting spaces between its parts.';
-- One index a page: all logs, and those of one kind of source.
create index ai_context_logs_organization_id_created_at_idx on ai_context_logs (organization_id, created_at desc, id desc);
create index ai_context_logs_source_type_idx on ai_context_logs (organization_id, source_type, created_at desc, id desc);
create index ai_context_logs_user_id_idx on ai_context_logs (user_id);
create index ai_context_logs_feedback_by_idx on ai_context_logs (feedback_by);
-- As for posts: told of few organizations the planner expects large ones, and walks the index of a page.
alter table ai_context_logs alter column organization_id set (n_distinct = 20);

create trigger ai_context_logs_touch before update on ai_context_logs for each row execute function app.set_updated_at();

-- ---- Features

create table ml_features (
  organization_id uuid not null,
  entity_type text not null,
  entity_id uuid not null,
  feature_set text not null,
  version int not null,
  values double precision[] not null,
  computed_at timestamptz not null,
  -- A post takes its features along.
  post_id uuid generated always as (case when entity_type = 'post' then entity_id end) stored,
  constraint ml_features_pkey primary key (organization_id, entity_type, entity_id, feature_set, version),
  constraint ml_features_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint ml_features_post_fkey foreign key (organization_id, post_id) references posts_core (organization_id, id) on delete cascade,
  constraint ml_features_entity_type_known check (app.is_entity_type(entity_type)),
  constraint ml_features_feature_set_format check (feature_set ~ '^[a-z0-9_.-]{1,100}$'),
  constraint ml_features_version_positive check (version >= 1),
  constraint ml_features_values_length check (array_ndims(values) = 1 and cardinality(values) <= 4096),
  constraint ml_features_values_are_numbers check (
    array_position(values, null) is null and array_position(values, 'NaN') is null
    and array_position(values, 'Infinity') is null and array_position(values, '-Infinity') is null),
  constraint ml_features_computed_at_in_range check (computed_at >= '2000-01-01T00:00:00Z')
);
comment on table ml_features is 'Feature vectors: what a model computed of an entity, one row a feature set and version of it.';
comment on column ml_features.values is 'The numbers, in the order that the feature set gives them; those of two versions need not mean the same.';
comment on constraint ml_features_post_fkey on ml_features is 'entity: there is no such post.';
create index ml_features_post_idx on ml_features (organization_id, post_id);

-- Rows of posts are locked first and in order: whoever deletes a post has its row, and then takes its features.
create function app.upsert_ml_features(organization uuid, features jsonb, out written int, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  kept jsonb;
begin
  -- Asked here once, so that a call whose items are all rejected is refused all the same.
  if not organization = any (app.organizations_with_role('editor')) then
    raise exception 'may not write features' using errcode = '42501';
  end if;
  perform 1 from public.posts_core p
  where p.organization_id = organization
    and p.id = any (array(
      select distinct f.entity_id from jsonb_to_recordset(features) f(entity_type text, entity_id uuid) where f.entity_type = 'post'))
  order by p.id for key share;

  with unknown as (
    select u.entity_type, u.entity_id, u.reason
    from (
      select array_agg(b.entity_type) as entity_types, array_agg(b.entity_id) as entities
      from (select distinct b.entity_type, b.entity_id from jsonb_to_recordset(features) b(entity_type text, entity_id uuid)) b) b
    cross join lateral app.unknown_entities(organization, b.entity_types, b.entities) u
  )
  select
    coalesce(jsonb_agg(to_jsonb(f) - 'reason') filter (where f.reason is null), '[]'),
    coalesce(jsonb_agg(jsonb_build_object('index', f.position, 'code', 'UNKNOWN_ENTITY', 'reason', f.reason) order by f.position)
      filter (where f.reason is not null), '[]')
  into kept, rejected
  from (
    select f.*, u.reason
    from jsonb_to_recordset(features) f(
      position int, entity_type text, entity_id uuid, feature_set text, version int, "values" double precision[], computed_at timestamptz)
    left join unknown u on u.entity_type = f.entity_type and u.entity_id = f.entity_id
  ) f;

  insert into public.ml_features as t (organization_id, entity_type, entity_id, feature_set, version, values, computed_at)
  select distinct on (f.entity_type, f.entity_id, f.feature_set, f.version)
    organization, f.entity_type, f.entity_id, f.feature_set, f.version, f."values", coalesce(f.computed_at, now())
  from jsonb_to_recordset(kept) f(
    position int, entity_type text, entity_id uuid, feature_set text, version int, "values" double precision[], computed_at timestamptz)
  order by f.entity_type, f.entity_id, f.feature_set, f.version, f.position desc
  on conflict (organization_id, entity_type, entity_id, feature_set, version) do update
    set values = excluded.values, computed_at = excluded.computed_at
    -- What was not dated is dated now, which alone is no change.
    where t.values <> excluded.values or (t.computed_at <> excluded.computed_at and excluded.computed_at <> now());
  get diagnostics written = row_count;
end
$$;
comment on function app.upsert_ml_features(uuid, jsonb) is
  'Writes feature vectors with the rights of the caller; answers how many rows changed, and what was rejected.';

-- ---- The wall: everybody in the organization reads; members log as themselves and rate; editors write features

call app.protect('ai_context_logs', reads => 'viewer', worker => 'all');
call app.protect('ml_features', reads => 'viewer', inserts => 'editor', updates => 'editor', worker => 'all');

create policy ai_context_logs_insert on ai_context_logs for insert to pulsegraph_api
  with check (organization_id = any ((select app.organizations_with_role('member'))::uuid[])
    and user_id is not distinct from (select app.current_user_id()));
create policy ai_context_logs_update on ai_context_logs for update to pulsegraph_api
  using (organization_id = any ((select app.organizations_with_role('member'))::uuid[]))
  with check (organization_id = any ((select app.organizations_with_role('member'))::uuid[])
    and (feedback_by is null or feedback_by = (select app.current_user_id())));

grant select on ai_context_logs, ml_features to pulsegraph_api;
grant insert (organization_id, id, user_id, source_type, source_id, context_summary, ai_response, prompt_template, model_used, metadata)
  on ai_context_logs to pulsegraph_api;
grant update (feedback_score, feedback_type, feedback_by, feedback_at) on ai_context_logs to pulsegraph_api;
grant insert (organization_id, entity_type, entity_id, feature_set, version, values, computed_at) on ml_features to pulsegraph_api;
grant update (values, computed_at) on ml_features to pulsegraph_api;
grant select, insert on ai_context_logs, ml_features to pulsegraph_worker;
grant execute on function app.upsert_ml_features(uuid, jsonb) to pulsegraph_api;
