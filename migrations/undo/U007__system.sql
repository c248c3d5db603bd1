drop view schema_migrations;
revoke select on flyway_schema_history from pulsegraph_api, pulsegraph_worker;
drop function app.table_sizes();
