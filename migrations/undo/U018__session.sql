delete from monthly_tables where parent in ('analytics_sessions');
drop table analytics_sessions;
drop function increment_session_clicks(text[], int, uuid), increment_session_page_views(text[], int, uuid),
  app.increment_sessions(text[], int, int, uuid);
drop function app.session_timeout(text), app.collect_sessions(), app.merge_sessions();
