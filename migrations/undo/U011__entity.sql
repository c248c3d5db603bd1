drop function app.snippet(regconfig, text, tsquery), app.search_query(regconfig, text, boolean), app.search_text(text, boolean),
  app.unspaced_letter();
drop function app.unknown_entities(uuid, text[], uuid[]), app.is_entity_type(text);
