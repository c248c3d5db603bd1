-- Policies call helpers and helpers read tables: the policies' tables go first, PL/pgSQL bodies are not tracked.
drop policy user_profiles_select on user_profiles;
drop table api_keys, organization_members, organizations, subscription_tiers, user_profiles;
drop procedure app.protect(regclass, text, text, text, text, text, text);
drop function user_has_org_permission(uuid, uuid, text);
drop function app.time_zone_is_known();
drop view app.time_zones;
drop function app.limit_api_keys();
drop function app.limit_ownerships();
drop function app.require_owner_for_tier();
drop function app.require_owner();
drop function app.add_creator_as_owner();
drop function app.begin_with_api_key(bytea);
drop function app.readable_organizations();
drop function app.organizations_with_role(text);
drop function app.api_key_rank(text[]);
