insert into chat_domains (organization_id, domain)
select o.id, 'd' || n || '.example' from organizations o, generate_series(1, 3) n where o.slug like 'o-7%' and length(o.slug) <= 4;
insert into conversations (organization_id, id, domain_id, started_at, session_id)
select d.organization_id, case when n = 1 then d.id else gen_random_uuid() end, d.id, timestamptz '2026-01-01Z' + n * interval '1 hour', 's' || n % 7
from chat_domains d, generate_series(1, 600) n;
-- Long ones: one of each domain.
insert into messages (organization_id, conversation_id, message_id, role, content, created_at)
select c.organization_id, c.id, 'm' || n, 'user', 'words', c.started_at + n * interval '1 minute'
from conversations c, generate_series(1, 1000) n where c.id = c.domain_id;
