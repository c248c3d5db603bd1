drop function app.accept_invitation(bytea, uuid);
drop table organization_invitations;
