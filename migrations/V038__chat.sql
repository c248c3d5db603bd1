-- package: chat
-- Chat: the domains whose assistants talk with visitors, and what was said.
--
--   chat_domains 1 ── n conversations 1 ── n messages
--
-- Whoever reads an organization reads its conversations: each row carries its organization, so that a policy is asked once a statement
-- and not once a row.

create table chat_domains (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  domain text not null,
  name text,
  description text,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chat_domains_pkey primary key (organization_id, id),
  constraint chat_domains_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint chat_domains_domain_key unique (organization_id, domain),
  constraint chat_domains_domain_is_host check (
    length(domain) <= 253 and domain ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$'),
  constraint chat_domains_name_length check (length(name) <= 200 and not app.is_blank(name)),
  constraint chat_domains_description_length check (length(description) <= 2000)
);
comment on table chat_domains is 'Sites whose assistants talk with visitors. Source 004 calls it domains.';
comment on constraint chat_domains_domain_key on chat_domains is 'domain: already taken.';
comment on constraint chat_domains_domain_is_host on chat_domains is
  'domain: the name of a host in lower case, without scheme, port and path, such as shop.example.';
comment on constraint chat_domains_name_length on chat_domains is 'name: 1 to 200 characters, not only blanks.';
comment on constraint chat_domains_description_length on chat_domains is 'description: at most 2000 characters.';

create table conversations (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  domain_id uuid not null,
  reference text,
  session_id text,
  status text not null default 'active',
  metadata jsonb not null default '{}',
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint conversations_pkey primary key (organization_id, id),
  constraint conversations_domain_id_fkey foreign key (organization_id, domain_id) references chat_domains (organization_id, id) on delete cascade,
  constraint conversations_reference_key unique (organization_id, reference),
  constraint conversations_reference_length check (length(reference) between 1 and 200),
  constraint conversations_session_id_length check (length(session_id) between 1 and 200),
  constraint conversations_status_known check (status in ('active', 'waiting', 'resolved', 'closed')),
  constraint conversations_metadata_length check (jsonb_typeof(metadata) = 'object' and app.json_length(metadata) <= 65536),
  constraint conversations_language_length check (length(metadata ->> 'language') <= 10),
  constraint conversations_started_at_in_range check (started_at between '2000-01-01Z' and '2100-01-01Z'),
  constraint conversations_ends_after_its_start check (ended_at >= started_at)
);
comment on table conversations is 'What a visitor and an assistant talk about, on one domain.';
comment on column conversations.reference is 'What the client calls it. One that is started again is the one that is there.';
comment on column conversations.ended_at is 'When it was last resolved or closed; null while it is open.';
comment on constraint conversations_metadata_length on conversations is 'metadata: a JSON object of at most 65536 characters.';
comment on constraint conversations_language_length on conversations is 'metadata: `language` has at most 10 characters.';
comment on constraint conversations_started_at_in_range on conversations is 'startedAt: in the years 2000 to 2099.';
comment on constraint conversations_ends_after_its_start on conversations is 'endedAt: not before startedAt.';
create index conversations_organization_id_started_at_idx on conversations (organization_id, started_at, id);
create index conversations_organization_id_domain_id_idx on conversations (organization_id, domain_id, started_at, id);
create index conversations_organization_id_session_id_idx on conversations (organization_id, session_id);

create table messages (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  message_id text,
  role text not null,
  content text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint messages_pkey primary key (organization_id, id),
  constraint messages_conversation_id_fkey foreign key (organization_id, conversation_id)
    references conversations (organization_id, id) on delete cascade,
  constraint messages_message_id_key unique (organization_id, conversation_id, message_id),
  constraint messages_message_id_length check (length(message_id) between 1 and 200),
  constraint messages_role_known check (role in ('user', 'assistant', 'system')),
  constraint messages_content_length check (length(content) between 1 and 100000),
  constraint messages_metadata_length check (jsonb_typeof(metadata) = 'object' and app.json_length(metadata) <= 8192)
);
comment on table messages is 'What was said in a conversation.';
comment on column messages.message_id is 'What the client calls it; one of a conversation is stored once.';
create index messages_conversation_id_created_at_idx on messages (organization_id, conversation_id, created_at, id);

create trigger chat_domains_touch before update on chat_domains for each row execute function app.set_updated_at();
create trigger conversations_touch before update on conversations for each row execute function app.set_updated_at();
create trigger chat_domains_enforce_limit before insert on chat_domains
  for each row execute function app.enforce_row_limit('chat_domains', 'domain');

call app.protect('chat_domains', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor', guard => 'select');
call app.protect('conversations', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor');
call app.protect('messages', reads => 'viewer', inserts => 'editor', deletes => 'editor');
grant select, delete on chat_domains, conversations, messages to pulsegraph_api;
grant insert (organization_id, id, domain, name, description, active) on chat_domains to pulsegraph_api;
grant update (domain, name, description, active) on chat_domains to pulsegraph_api;
grant insert (organization_id, id, domain_id, reference, session_id, status, metadata, started_at, ended_at) on conversations to pulsegraph_api;
grant update (status, metadata, ended_at) on conversations to pulsegraph_api;
grant insert (organization_id, id, conversation_id, message_id, role, content, metadata, created_at) on messages to pulsegraph_api;
grant select on chat_domains to pulsegraph_guard;

-- ---- Metadata
--
-- Each change is one UPDATE of the row as it is then, so that writers at the same time lose nothing: the second waits for the first
-- and merges into what it left.

create function app.merge_patch(target jsonb, patch jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  if jsonb_typeof(patch) <> 'object' then
    return patch;
  end if;
  return (
    select coalesce(jsonb_object_agg(m.key, m.value), '{}')
    from (
      select t.key, t.value from jsonb_each(case when jsonb_typeof(target) = 'object' then target else '{}' end) t where not patch ? t.key
      union all
      select p.key, app.merge_patch(target -> p.key, p.value) from jsonb_each(patch) p where jsonb_typeof(p.value) <> 'null'
    ) m);
end
$$;
comment on function app.merge_patch(jsonb, jsonb) is
  'JSON Merge Patch, RFC 7396: members of the patch replace those of the target, objects are merged, and null removes a member.';
grant execute on function app.merge_patch(jsonb, jsonb) to pulsegraph_api, pulsegraph_worker;

-- ---- Erasure

create function app.erase_chat_session(organization uuid, session text, out conversations int, out messages int)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  request constant uuid := gen_random_uuid();
begin
  -- First, since only an administrator may.
  insert into public.privacy_requests (organization_id, id, request_type, visitor_hash)
  values (organization, request, 'erase', app.visitor_hash(organization, 'session:' || session));
  select count(*) into messages
  from public.messages m join public.conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id
  where c.organization_id = organization and c.session_id = session;
  -- Messages go with their conversation.
  delete from public.conversations c where c.organization_id = organization and c.session_id = session;
  get diagnostics conversations = row_count;
  update public.privacy_requests r
  set status = 'completed', processed_at = now(), data = jsonb_build_object('conversations', conversations, 'messages', messages)
  where r.organization_id = organization and r.id = request;
end
$$;
comment on function app.erase_chat_session(uuid, text) is
  'Deletes the conversations of a session with all that was said, records that as a privacy request, and answers how many of each.';
grant execute on function app.erase_chat_session(uuid, text) to pulsegraph_api;

-- ---- The names of source 004

create view domains with (security_invoker = true) as
select d.id, d.domain, d.organization_id, d.name, d.description, d.active, d.created_at, d.updated_at from chat_domains d;
comment on view domains is 'Chat domains by the name of source 004; writes go to chat_domains.';
grant select, insert, delete on domains to pulsegraph_api;
grant update (domain, name, description, active) on domains to pulsegraph_api;

create function update_conversation_metadata(conversation_id uuid, session_metadata jsonb) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
  update public.conversations c
  set metadata = c.metadata || jsonb_build_object('session_metadata', update_conversation_metadata.session_metadata)
  where c.id = update_conversation_metadata.conversation_id
$$;
comment on function update_conversation_metadata(uuid, jsonb) is
  'Replaces the member session_metadata of a conversation''s metadata, as source 004 has it, and keeps all others. Acts with the rights of the caller: what they may not change, or what is not there, stays as it is.';

create function app.require_oneself(someone uuid) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if someone is distinct from app.current_user_id() then
    raise exception 'A caller asks for themselves only.' using errcode = 'PG403';
  end if;
end
$$;
comment on function app.require_oneself(uuid) is 'Refuses a question about anybody but the caller.';

create function check_domain_access(user_id uuid, domain_id uuid) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_oneself(check_domain_access.user_id);
  return exists (select from public.chat_domains d where d.id = check_domain_access.domain_id);
end
$$;
comment on function check_domain_access(uuid, uuid) is 'Whether the caller, whose id is given, may read a chat domain. Of anybody else it is refused.';

create function check_message_access(user_id uuid, conversation_id uuid) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_oneself(check_message_access.user_id);
  return exists (select from public.conversations c where c.id = check_message_access.conversation_id);
end
$$;
comment on function check_message_access(uuid, uuid) is
  'Whether the caller, whose id is given, may read a conversation and its messages. Of anybody else it is refused.';

grant execute on function update_conversation_metadata(uuid, jsonb), app.require_oneself(uuid),
  check_domain_access(uuid, uuid), check_message_access(uuid, uuid) to pulsegraph_api;
