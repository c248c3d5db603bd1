-- vocabulary: type
-- behind another table: event_names, event_quarter_hours
insert into event_names (organization_id, type, name, first_seen, last_seen, sample_properties)
  values ('{organization}', 'track', '{tag} name', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{"{tag} property": "{tag}"}');
insert into event_quarter_hours (organization_id, type, name, bucket, events)
  values ('{organization}', 'track', '{tag} name', '2026-01-03T00:00:00Z', {number}), ('{organization}', 'track', '', '2026-01-03T00:00:00Z', {number});
