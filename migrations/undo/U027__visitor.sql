drop function prune_visitor_secrets(interval), app.visitor_secret(date);
drop table visitor_secrets;
drop function app.identify_visitors(uuid[]), app.keep_traits(), app.set_counted_visitors(uuid[]), app.join_batch_visitors(),
  app.join_visitors(uuid, text, text, boolean), app.canonical_visitor(uuid, text);
drop table identified_users, visitor_aliases;
