drop trigger embeddings_inserted on embeddings;
drop trigger embeddings_updated on embeddings;
drop trigger embeddings_deleted on embeddings;
drop function prune_embedding_changes(interval), app.matching_embeddings(uuid, int, app.search_options),
  app.changed_vectors(uuid, int, pg_snapshot, int), app.vector_cache_state(uuid, int, pg_snapshot), app.record_embedding_changes();
drop table embedding_changes;
