drop trigger organization_invitations_keep_to_the_tier on organization_invitations;
drop trigger organization_members_return_keeps_to_the_tier on organization_members;
drop trigger organization_members_keep_to_the_tier on organization_members;
drop trigger media_files_keep_to_the_tier on media_files;
drop trigger posts_core_keep_to_the_tier on posts_core;
revoke select on posts_core from pulsegraph_guard;
drop function app.enforce_tier_limits();
drop function get_organization_usage(uuid);
