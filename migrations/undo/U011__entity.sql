drop function app.unknown_entities(uuid, text[], uuid[]), app.is_entity_type(text);
