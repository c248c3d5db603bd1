drop trigger organizations_begin_embeddings on organizations;
drop function find_similar_content(text, uuid, double precision, int);
drop table embeddings, embedding_choices, embedding_models, embedding_spaces;
drop function app.similar(uuid, int, text, real[], text, uuid, text, int, double precision, text[], text[], timestamptz, timestamptz,
    jsonb, int, double precision, double precision, text, double precision, interval, text),
  app.entities_with_words(uuid, int, text, boolean, int, text[], text[], timestamptz, timestamptz, jsonb),
  app.nearest_entities(uuid, int, real[], int, text, uuid, text[], text[], timestamptz, timestamptz, jsonb, text),
  app.dot_expression(real[]), app.most_chunks_compared(), app.exact_search_limit(), app.embedding_index_is_ready(int), app.vector_schema(),
  app.drop_embeddings(uuid, text, uuid, text, text), app.take_embedding_batch(uuid), app.begin_embedding_batch(),
  app.lock_embeddings(uuid, boolean), app.begin_embedding_model(), app.find_words(), app.snippet(regconfig, text, tsquery),
  app.words_asked(regconfig, text, boolean), app.search_text(text, boolean), app.unspaced_letter(), app.dot(real[], real[]), app.begin_embeddings();
revoke update (updated_at) on posts_core from pulsegraph_worker;
