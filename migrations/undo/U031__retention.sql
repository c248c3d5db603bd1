drop function app.count_retention(uuid, jsonb);
