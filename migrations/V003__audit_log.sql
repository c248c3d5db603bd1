-- package: organization
-- Every administrative change leaves a row: who, what, before, after, in the transaction of the change.
-- A trigger writes it, so no code path can forget to.

create table audit_log (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  occurred_at timestamptz not null default clock_timestamp(),
  actor_user_id uuid,
  actor_api_key_id uuid,
  actor_label text not null,
  action text not null,
  subject_type text not null,
  subject_id uuid not null,
  before jsonb,
  after jsonb,
  constraint audit_log_pkey primary key (organization_id, id),
  constraint audit_log_action_known check (action in ('create', 'update', 'delete')),
  constraint audit_log_shows_a_change check (before is not null or after is not null)
);
comment on table audit_log is
  'Who changed what in the administration of an organization. No foreign keys: the log outlives the organization, its people and its keys.';
comment on column audit_log.actor_label is 'The e-mail, else the name, else the id of who did it, as it was then; "system" for the server.';
create index audit_log_organization_id_occurred_at_idx on audit_log (organization_id, occurred_at desc, id desc);

-- Secrets and bookkeeping columns say nothing about an administrative change.
create function app.write_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  hidden constant text[] := '{secret_sha256, token_sha256, last_used_at, updated_at}';
  was constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - hidden end;
  is_now constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - hidden end;
  row_now constant jsonb := coalesce(is_now, was);
  me constant uuid := app.current_user_id();
  my_key constant uuid := app.current_api_key_id();
begin
  if was is not distinct from is_now then
    return null;
  end if;
  insert into public.audit_log (organization_id, actor_user_id, actor_api_key_id, actor_label, action, subject_type, subject_id, before, after)
  values (
    coalesce(row_now ->> 'organization_id', row_now ->> 'id')::uuid,
    me,
    my_key,
    coalesce(
      (select coalesce(p.email, p.name, p.id::text) from public.user_profiles p where p.id = me),
      (select 'API key ' || k.name from public.api_keys k where k.id = my_key),
      'system'),
    case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0],
    (row_now ->> 'id')::uuid,
    was,
    is_now);
  return null;
end
$$;
comment on function app.write_audit() is 'Writes one row of audit_log for a change; its argument names the kind of subject.';
alter function app.write_audit() owner to pulsegraph_guard;
grant insert on audit_log to pulsegraph_guard;

create trigger organizations_audit after insert or update or delete on organizations
  for each row execute function app.write_audit('Organization');
create trigger organization_members_audit after insert or update or delete on organization_members
  for each row execute function app.write_audit('Member');
create trigger api_keys_audit after insert or update or delete on api_keys
  for each row execute function app.write_audit('ApiKey');

call app.protect('audit_log', reads => 'admin');
create policy audit_log_guard on audit_log for insert to pulsegraph_guard with check (true);
grant select on audit_log to pulsegraph_api;
