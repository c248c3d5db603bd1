insert into embedding_spaces (model, dimensions) values ('a', 2), ('b', 2);
insert into embedding_models (organization_id, name, dimensions, space_id)
select o.id, s.model, s.dimensions, s.id from organizations o, embedding_spaces s;
insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data)
select p.organization_id, gen_random_uuid(), 'post', p.id, f, s.id, '{1,0}'
from posts_core p, embedding_spaces s, unnest(array['title', 'content']) f;
