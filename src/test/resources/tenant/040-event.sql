-- vocabulary: click_category, type
-- behind another table: analytics_clicks, analytics_events, analytics_sessions, rejected_events, ingested_messages, visitor_aliases, identified_users, event_inbox
select app.make_partitions(parent, '{2026-01-01}') from unnest(array['analytics_page_views', 'analytics_clicks',
  'analytics_events', 'analytics_sessions', 'ingested_messages']) parent;
insert into analytics_page_views (organization_id, id, session_key, visitor, counted_visitor, user_id, user_code, share_code, contact_id, page_type, path,
    name, viewed_at, received_at, properties, context)
  values ('{organization}', ('019b8127-6000-7000-8000-' || lpad('{number}', 12, '0'))::uuid, gen_random_uuid(), '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag}', '/{tag}', '{tag} name',
    '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{"{tag} property": "{tag}"}', '{"{tag} context": "{tag}"}');
insert into analytics_clicks (organization_id, id, session_key, visitor, counted_visitor, user_id, user_code, share_code, contact_id, click_target,
    click_category, path, outbound_link, name, clicked_at, received_at, properties, context)
  values ('{organization}', gen_random_uuid(), gen_random_uuid(), '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name', 'other', '/{tag}', '{tag}.example', '{tag} name',
    '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{"{tag} property": "{tag}"}', '{"{tag} context": "{tag}"}');
insert into analytics_events (organization_id, id, type, name, visitor, user_id, anonymous_id, session_id, user_code,
    share_code, contact_id, occurred_at, received_at, properties, context)
  values ('{organization}', gen_random_uuid(), 'track', '{tag} name', '{tag} name', '{tag} name', '{tag} name',
    '{tag} name', '{tag} name', '{tag} name', '{tag} name', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z',
    '{"{tag} property": "{tag}"}', '{"{tag} context": "{tag}"}');
insert into analytics_sessions (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id,
    first_seen, last_seen, page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions)
  values ('{organization}', gen_random_uuid(), gen_random_uuid(), '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name',
    '2026-01-03T00:00:00Z', '2026-01-03T00:01:00Z', {number}, {number}, gen_random_uuid(), '192.0.2.0',
    '{tag} name', 'https://{tag}.example', array['{tag}.example', '{tag} name']);
insert into ingested_messages (organization_id, message_key, received_at)
  values ('{organization}', gen_random_uuid(), '2026-01-03T00:00:00Z');
insert into rejected_events (organization_id, message_id, code, reason, body)
  values ('{organization}', '{tag} name', '{tag} name', '{tag} name', '{"{tag} field": "{tag}"}');
insert into visitor_aliases (organization_id, visitor, canonical_visitor) values ('{organization}', 'user:{tag} name', '{tag} name');
insert into identified_users (organization_id, user_id, traits, trait_times, identified_at, updated_at)
  values ('{organization}', '{tag} name', '{"{tag} trait": "{tag}"}', '{"{tag} trait": {number}}', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z');
insert into event_inbox (organization_id, id, event)
  values ('{organization}', gen_random_uuid(), '{"type": "track", "event": "{tag} name", "anonymousId": "{tag} name", "timestamp": "2026-01-03T00:00:00Z"}');
