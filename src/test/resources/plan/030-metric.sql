insert into metric_definitions (organization_id, name, kind, default_aggregation)
select o.id, m, 'counter', 'sum' from organizations o, unnest(array['likes', 'reach', 'views', 'shares']) m;
insert into metric_series (organization_id, id, entity_type, entity_id, metric, platform, last_value, last_at)
select p.organization_id, row_number() over (), 'post', p.id, m, 'x', 1, now()
from posts_core p, unnest(array['likes', 'reach']) m;
insert into metric_rollups (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
select s.organization_id, s.id, t.tier, '2026-01-01'::timestamptz + d * interval '1 day', 1, 1, 1, 1, 1, 1, 1
from metric_series s, generate_series(1, 5) d, (values (15), (1440)) t(tier);
insert into metric_totals (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
select o.id, m, t.tier, '2026-01-01'::timestamptz + d * interval '1 day', 'post', 'x', 1, 1, 1
from organizations o, unnest(array['likes', 'reach']) m, generate_series(1, 30) d, (values (15), (60), (1440)) t(tier);
