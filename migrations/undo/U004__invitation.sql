drop trigger organization_members_revoke_above_rank on organization_members;
drop function app.accept_invitation(bytea, uuid);
drop table organization_invitations;
drop function app.revoke_above_rank();
drop function app.limit_invitations();
drop function app.reject_invitation_of_member();
