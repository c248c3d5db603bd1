-- behind another table: ml_features
insert into ml_features (organization_id, entity_type, entity_id, feature_set, version, values, computed_at)
  values ('{organization}', 'post', '{id:post}', '{tag}-features', {number}, '{{number}}', '2026-01-03T00:00:00Z');
