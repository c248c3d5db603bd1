drop function app.organization_to_tell_of(uuid, text);
drop table event_inbox;
