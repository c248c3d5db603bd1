select json_build_object(
  'query', 'query ($slug: String!, $input: SimilarInput!) { organization(slug: $slug) { similar(input: $input) { strategy returned matches { score entityType entityId sourceField chunkIndex metadata } } } }',
  'variables', json_build_object('slug', q.slug, 'input', case :'kind'
    when 'entity' then json_build_object('model', 'bench', 'entity', q.entity_id, 'entityType', 'ACCOUNT')
    when 'filtered' then json_build_object('model', 'bench', 'vector', q.vector_data, 'metadata', json_build_object('tenth', 3))
    else json_build_object('model', 'bench', 'vector', q.vector_data) end))
from bench.questions q order by q.i;
