drop function prune_ingest_rejects(interval);
drop index ingest_rejects_received_at_idx;
drop function app.keep_ingest_rejects(jsonb), app.lock_traffic_soon(uuid[]), app.ingest_keys(text[]);
