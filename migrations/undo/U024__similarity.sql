drop trigger embeddings_set_search_vector on embeddings;
drop function find_similar_content(text, uuid, double precision, int);
drop function app.similar(uuid, int, real[], jsonb), app.source_vectors(uuid, int, text, uuid), app.search_entities(uuid, int, int, app.search_options),
  app.nearest_entities(uuid, int, real[], int, app.search_options),
  app.nearest_entities_statement(int, real[], app.search_options, text, boolean), app.candidate_conditions(int, app.search_options),
  app.dot_expression(real[]), app.max_compared_chunks(), app.exact_search_limit(), app.embedding_index_is_ready(int),
  app.vector_schema(), app.set_search_vector();
drop type app.search_options;
