-- Entities: what metrics, features and embeddings may be about.

create function app.is_entity_type(name text) returns boolean
language sql immutable parallel safe as $$
  select name in ('post', 'user', 'account', 'hashtag', 'campaign', 'chat', 'dm', 'template', 'content_idea', 'niche', 'ai_context')
$$;
comment on function app.is_entity_type(text) is 'Whether it is a kind of entity that metrics, features and embeddings may be about.';

-- Some kinds are rows here, and only what is there may be written about; others are known elsewhere. Statements are looked
-- at when they first run, by when all tables of this function are made.
create function app.unknown_entities(organization uuid, entity_types text[], entities uuid[])
returns table (entity_type text, entity_id uuid, reason text)
language plpgsql stable rows 10 set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select e.type, e.id, 'entity: there is no such post.'
    from unnest(entity_types, entities) e(type, id)
    where e.type = 'post'
      and not exists (select from public.posts_core p where p.organization_id = organization and p.id = e.id);
  return query
    select e.type, e.id, 'entity: there is no such member.'
    from unnest(entity_types, entities) e(type, id)
    where e.type = 'user'
      and not exists (select from public.organization_members m where m.organization_id = organization and m.user_id = e.id);
  if 'ai_context' = any (entity_types) then
    return query
      select e.type, e.id, 'entity: there is no such AI context.'
      from unnest(entity_types, entities) e(type, id)
      where e.type = 'ai_context'
        and not exists (select from public.ai_context_logs l where l.organization_id = organization and l.id = e.id);
  end if;
end
$$;
comment on function app.unknown_entities(uuid, text[], uuid[]) is
  'Which of these entities are kept here and are not there, with the sentence to reject what is said about them.';
grant execute on function app.is_entity_type(text), app.unknown_entities(uuid, text[], uuid[])
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
