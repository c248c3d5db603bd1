-- vocabulary: feedback_type, source_type
-- id of a type: RateAiContextInput.id AiContextLog
insert into ai_context_logs (organization_id, id, user_id, source_type, source_id, context_summary, ai_response,
    prompt_template, model_used, feedback_score, feedback_type, feedback_by, feedback_at, metadata)
  values ('{organization}', '{id:log}', '{user}', 'post', '{id:post}', '{tag} summary', '{tag} response', '{tag} template',
    '{tag} model', 5, 'excellent', '{user}', '2026-01-03T00:00:00Z', '{"{tag} metadata": "{tag}"}');
