drop function app.funnel_attempts(uuid, jsonb), app.json_texts(jsonb), app.microseconds(timestamptz),
  app.walk_any(bigint[], int, bigint, bigint, bigint),
  app.walk_strict(bigint[], int, bigint, bigint, bigint), app.walk_ordered(bigint[], int, bigint, bigint, bigint),
  app.funnel_bits(text, text, text, text, jsonb, jsonb, text[], text[], text[], jsonpath[], jsonpath[]),
  app.step_matches(text, text, text, text, jsonb, jsonb, text, text, text, jsonpath, jsonpath);
