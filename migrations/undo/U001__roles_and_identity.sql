drop function app.require_own_temporary_tables(text[]);
drop function app.lock_before_delete(), app.lock(uuid, text, boolean);
drop function app.enforce_row_limit();
drop function app.row_limit(text);
drop function app.row_limits();
drop function app.saturated(numeric);
drop function app.json_length(jsonb);
drop function app.is_address(text, text);
drop function app.is_blank(text);
drop function app.set_updated_at();
drop function app.role_rank(text);
drop function app.raise_unknown_role(text);
drop function app.current_api_key_id();
drop function app.current_user_id();
drop schema app;
revoke usage on schema public from pulsegraph_api, pulsegraph_worker, pulsegraph_guard, pulsegraph_backup;
alter default privileges grant execute on functions to public;
grant usage on schema public to public;
-- Roles belong to the cluster and another database may use them: they stay, and V001 finds them.
