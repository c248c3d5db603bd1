revoke select on flyway_schema_history from pulsegraph_api;
drop function app.table_sizes();
