drop trigger embeddings_find_words on embeddings;
drop function find_similar_content(text, uuid, double precision, int);
drop function app.similar(uuid, int, text, real[], text, uuid, text, int, double precision, text[], text[], timestamptz, timestamptz, jsonb, int, double precision, double precision, text, double precision, interval, text),
  app.entities_with_words(uuid, int, text, boolean, int, text[], text[], timestamptz, timestamptz, jsonb),
  app.nearest_entities(uuid, int, real[], int, text, uuid, text[], text[], timestamptz, timestamptz, jsonb, text),
  app.dot_expression(real[]), app.most_chunks_compared(), app.exact_search_limit(), app.embedding_index_is_ready(int),
  app.vector_schema(), app.find_words(), app.snippet(regconfig, text, tsquery),
  app.words_asked(regconfig, text, boolean), app.search_text(text, boolean), app.unspaced_letter();
