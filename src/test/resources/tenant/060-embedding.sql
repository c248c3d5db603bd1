-- vocabulary: language
-- behind another table: embedding_settings, embedding_models, embeddings, embedding_changes
update embedding_settings set model = '{tag}-model', next_model = '{tag}-next' where organization_id = '{organization}';
insert into embedding_models (organization_id, name, dimensions) values ('{organization}', '{tag}-model', 2);
insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data, content, metadata)
  select organization_id, gen_random_uuid(), 'post', '{id:post}', '{tag}-field', space_id, '{1,0}', '{tag} text',
    '{"{tag} metadata": "{tag}"}'
  from embedding_models where organization_id = '{organization}';
