drop table privacy_requests;
drop function app.erase_visitor(uuid, text), app.erase_rejected_events(uuid, text[]), app.erase_samples(uuid, text[]),
  app.erase_identity(uuid, text[], text), app.erase_events(uuid, text[], text), app.erased_name(text, text[], text),
  app.users_among(text[]), app.names_of_visitor(uuid, text), app.visitor_hash(uuid, text);
revoke select on product_events from pulsegraph_guard;
