-- Of the ten that comparing all vectors finds, how many the search finds as it is; and how it was made.
select format('recall@10 of %s questions: %s, those by index %s (%s of them); exact %s',
  count(*), round(avg(recall), 4), round(avg(recall) filter (where strategy = 'hnsw'), 4), count(*) filter (where strategy = 'hnsw'),
  count(*) filter (where strategy = 'exact'))
from (
  select a.strategy, (
      select count(*)::numeric / 10 from jsonb_array_elements(a.matches) f
      where f ->> 'entityId' in (select x ->> 'entityId' from jsonb_array_elements(e.matches) x)) as recall
  from bench.questions q
  cross join lateral app.similar(q.organization_id, q.space_id, q.vector_data, '{"mode": "vector", "first": 10}') a
  cross join lateral app.similar(q.organization_id, q.space_id, q.vector_data, '{"mode": "vector", "first": 10, "plan": "exact"}') e
  where q.i <= 300
) r;
