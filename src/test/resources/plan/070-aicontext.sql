insert into ai_context_logs (organization_id, id, source_type, context_summary, created_at)
select organization_id, id, (array['chat', 'post', 'dm'])[1 + abs(hashtext(id::text)) % 3], 'x', created_at from posts_core;
