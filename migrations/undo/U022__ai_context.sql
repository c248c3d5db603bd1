drop function app.upsert_ml_features(uuid, jsonb);
drop table ml_features, ai_context_logs;
