drop trigger organizations_lock_traffic on organizations;
drop trigger organizations_delete_events on organizations;
drop function app.delete_events();
delete from monthly_tables where parent in ('analytics_sessions');
drop function app.reached_sessions(uuid, timestamptz, timestamptz, interval);
drop table analytics_sessions;
drop function app.session_timeout(text), app.create_session_staging(), app.collect_sessions(),
  app.extend_sessions(), app.merge_sessions();
