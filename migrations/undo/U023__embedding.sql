drop trigger organizations_create_embedding_settings on organizations;
revoke update (updated_at) on posts_core from pulsegraph_worker;
drop table embeddings, embedding_settings, embedding_models, embedding_spaces;
drop function app.delete_embeddings(uuid, text, uuid, text, text), app.write_embedding_batch(uuid),
  app.create_embedding_models(uuid), app.reject_unknown_embeddings(uuid),
  app.create_embedding_staging(), app.set_embedding_space(),
  app.dot(real[], real[]), app.create_embedding_settings();
