-- vocabulary: request_type, status, visitor_hash
-- behind another table: privacy_requests
-- only calculates: erased_name, users_among, visitor_hash
insert into privacy_requests (organization_id, id, request_type, status, visitor_hash, requested_by, processed_at, data)
  values ('{organization}', '{id:request}', 'erase', 'completed', app.visitor_hash('{organization}', '{tag}'), '{user}', '2026-01-03T00:00:00Z',
    '{"{tag} rows": {number}}');
