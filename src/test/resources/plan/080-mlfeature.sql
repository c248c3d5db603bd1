insert into ml_features (organization_id, entity_type, entity_id, feature_set, version, values, computed_at)
select organization_id, 'post', id, s, v, '{1,2,3}', created_at
from posts_core, unnest(array['engagement', 'topics']) s, generate_series(1, 2) v;
