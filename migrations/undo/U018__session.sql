delete from monthly_tables where parent in ('analytics_sessions');
drop table analytics_sessions;
drop function app.session_timeout(text), app.create_session_staging(), app.collect_sessions(), app.merge_sessions();
