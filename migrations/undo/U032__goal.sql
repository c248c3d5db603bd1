drop table goals;
drop function app.count_conversions(uuid, jsonb);
