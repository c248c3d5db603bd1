drop function prune_visitor_secrets(interval), app.visitor_secret(date);
drop table visitor_secrets;
delete from monthly_tables where parent in ('analytics_sessions');
drop function app.reached_sessions(uuid, timestamptz, timestamptz, interval);
drop table analytics_sessions;
drop function app.session_timeout(text), app.create_session_staging(), app.collect_sessions(),
  app.extend_sessions(), app.merge_sessions();
