drop trigger api_keys_audit on api_keys;
drop trigger organization_members_audit on organization_members;
drop trigger organizations_audit on organizations;
drop function app.write_audit();
drop table audit_log;
