-- package: organization
-- Invitations by e-mail: a single-use token that expires. Whoever has the token and is not somebody else may accept.

create table organization_invitations (
  organization_id uuid not null,
  id uuid not null,
  email text not null,
  role text not null,
  token_sha256 bytea not null,
  invited_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  revoked_at timestamptz,
  constraint organization_invitations_pkey primary key (organization_id, id),
  -- The token alone must lead to its invitation, before the organization is known.
  constraint organization_invitations_token_key unique (token_sha256),
  constraint organization_invitations_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint organization_invitations_invited_by_fkey foreign key (invited_by) references user_profiles (id) on delete set null,
  constraint organization_invitations_email_format check (email ~ '^[^@\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{1,64}@[^@\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{1,255}$'),
  constraint organization_invitations_role_known check (role in ('viewer', 'member', 'editor', 'admin')),
  constraint organization_invitations_accepted_or_revoked check (accepted_at is null or revoked_at is null),
  constraint organization_invitations_token_is_sha256 check (octet_length(token_sha256) = 32)
);
comment on table organization_invitations is 'Invitations into an organization. Open until accepted, revoked or expired.';
comment on constraint organization_invitations_email_format on organization_invitations is 'email: an address such as ada@example.com.';
comment on constraint organization_invitations_role_known on organization_invitations is
  'role: VIEWER, MEMBER, EDITOR or ADMIN; ownership is transferred by changeMemberRole.';
create unique index organization_invitations_one_open_each on organization_invitations (organization_id, lower(email))
  where accepted_at is null and revoked_at is null;
comment on index organization_invitations_one_open_each is 'email: somebody else invited this address at the same moment.';
create index organization_invitations_invited_by_idx on organization_invitations (invited_by);

create trigger organization_invitations_audit after insert or update or delete on organization_invitations
  for each row execute function app.write_audit('Invitation');

-- The invited person is no member yet and sees neither the organization nor the invitation: the guard looks for them.
create function app.accept_invitation(sha256 bytea, membership_id uuid) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  invitation public.organization_invitations;
  my_email text;
  my_status text;
begin
  if app.current_user_id() is null then
    raise exception 'token: only a user accepts an invitation, not an API key.' using errcode = 'PG403';
  end if;
  -- The lock makes two acceptances of one token wait for one another: it is good for one membership only.
  select * into invitation from public.organization_invitations where token_sha256 = sha256 for update;
  if not found or invitation.revoked_at is not null then
    raise exception 'token: there is no such invitation.' using errcode = 'PG404';
  elsif invitation.accepted_at is not null then
    raise exception 'token: this invitation has been used.' using errcode = 'PG409';
  elsif invitation.expires_at <= now() then
    raise exception 'token: this invitation expired; ask for a new one.' using errcode = 'PG409';
  end if;
  select email into my_email from public.user_profiles where id = app.current_user_id();
  if lower(my_email) <> lower(invitation.email) then
    raise exception 'token: this invitation was sent to another address than yours.' using errcode = 'PG403';
  end if;
  -- Who was made inactive comes back with the role of the invitation; a suspension is lifted by an administrator alone.
  insert into public.organization_members as m (organization_id, id, user_id, role, status, invited_by)
  values (invitation.organization_id, membership_id, app.current_user_id(), invitation.role, 'active', invitation.invited_by)
  on conflict (organization_id, user_id) do update
    set role = excluded.role, status = excluded.status, invited_by = excluded.invited_by
    where m.status in ('inactive', 'pending');
  if not found then
    select m.status into my_status from public.organization_members m
    where m.organization_id = invitation.organization_id and m.user_id = app.current_user_id();
    if my_status = 'suspended' then
      raise exception 'token: your membership of this organization is suspended; an administrator lifts that by changeMemberStatus.' using errcode = 'PG409';
    end if;
    raise exception 'token: you are a member of this organization already.' using errcode = 'PG409';
  end if;
  update public.organization_invitations set accepted_at = now()
  where organization_id = invitation.organization_id and id = invitation.id;
  return invitation.organization_id;
end
$$;
comment on function app.accept_invitation(bytea, uuid) is
  'Makes the caller a member of the organization that the token with this SHA-256 invites to, or active again; answers the organization.';
alter function app.accept_invitation(bytea, uuid) owner to pulsegraph_guard;
grant execute on function app.accept_invitation(bytea, uuid) to pulsegraph_api;

-- An invitation is for somebody who is not in: kept for later it would give back what was taken meanwhile. After the row
-- and not before, so that row security has judged it and nobody else learns who is a member.
create function app.reject_invitation_of_member() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from public.organization_members m
  join public.user_profiles p on p.id = m.user_id
  where m.organization_id = new.organization_id and lower(p.email) = lower(new.email) and m.status = 'active';
  if found then
    raise exception 'email: this person is a member already.' using errcode = 'PG409';
  end if;
  return null;
end
$$;
comment on function app.reject_invitation_of_member() is 'Refuses an invitation to the address of somebody who is an active member.';
alter function app.reject_invitation_of_member() owner to pulsegraph_guard;
create trigger organization_invitations_invite_no_member after insert on organization_invitations
  for each row execute function app.reject_invitation_of_member();

create function app.limit_invitations() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from public.organizations where id = new.organization_id for no key update;
  if (select count(*) from public.organization_invitations i
      where i.organization_id = new.organization_id and i.accepted_at is null and i.revoked_at is null and i.expires_at > now())
    > app.row_limit('invitations') then
    raise exception 'organization: it has % open invitations, and may have no more; wait until some are accepted or expire, or revoke one.', app.row_limit('invitations')
      using errcode = 'PG413';
  end if;
  return null;
end
$$;
comment on function app.limit_invitations() is 'Refuses one open invitation too many of an organization.';
alter function app.limit_invitations() owner to pulsegraph_guard;
create trigger organization_invitations_few after insert on organization_invitations
  for each row execute function app.limit_invitations();

-- Who is removed, suspended or demoted must not come back by what they prepared: open invitations to them or by them, and
-- keys they made and know, as far as these reach above the rank that is left. A key of INGEST alone ranks 0 and stays.
create function app.revoke_above_rank() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  rank_before constant int := case when old.status = 'active' then app.role_rank(old.role) else 0 end;
  rank_left int := 0;
begin
  if tg_op = 'UPDATE' and new.status = 'active' then
    rank_left := app.role_rank(new.role);
  end if;
  perform from public.organizations where id = old.organization_id;
  if not found or rank_left >= rank_before then
    return null;
  end if;
  update public.organization_invitations i set revoked_at = now()
  where i.organization_id = old.organization_id and i.accepted_at is null and i.revoked_at is null
    and app.role_rank(i.role) > rank_left
    and (i.invited_by = old.user_id
      or lower(i.email) = (select lower(p.email) from public.user_profiles p where p.id = old.user_id));
  update public.api_keys k set revoked_at = now()
  where k.organization_id = old.organization_id and k.created_by = old.user_id and k.revoked_at is null
    and app.api_key_rank(k.scopes) > rank_left;
  return null;
end
$$;
comment on function app.revoke_above_rank() is
  'Revokes what a member who lost rank could still use or had granted above it: open invitations and API keys.';
alter function app.revoke_above_rank() owner to pulsegraph_guard;
create trigger organization_members_revoke_above_rank after update of role, status or delete on organization_members
  for each row execute function app.revoke_above_rank();

call app.protect('organization_invitations', reads => 'admin', inserts => 'admin', updates => 'admin', guard => 'all');

grant select (organization_id, id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at)
  on organization_invitations to pulsegraph_api;
grant insert (organization_id, id, email, role, token_sha256, invited_by, expires_at) on organization_invitations to pulsegraph_api;
grant update (revoked_at) on organization_invitations to pulsegraph_api;
grant select on organization_invitations to pulsegraph_guard;
grant update (accepted_at, revoked_at) on organization_invitations to pulsegraph_guard;
