select string_agg(m.match ->> 'entityId', ' ' order by m.number)
from bench.questions q
cross join lateral app.similar(q.organization_id, q.space_id, q.vector_data, '{"mode": "vector", "first": 10}') s
cross join lateral jsonb_array_elements(s.matches) with ordinality m(match, number)
where q.i = :i;
