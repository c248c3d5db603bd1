drop trigger organizations_begin_embeddings on organizations;
revoke update (updated_at) on posts_core from pulsegraph_worker;
drop table embeddings, embedding_choices, embedding_models, embedding_spaces;
drop function app.drop_embeddings(uuid, text, uuid, text, text), app.take_embedding_batch(uuid),
  app.begin_embedding_batch(), app.lock_embeddings(uuid, boolean), app.begin_embedding_model(),
  app.dot(real[], real[]), app.begin_embeddings();
