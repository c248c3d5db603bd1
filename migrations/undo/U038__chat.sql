drop function check_message_access(uuid, uuid), check_domain_access(uuid, uuid), app.require_oneself(uuid), update_conversation_metadata(uuid, jsonb);
drop view domains;
drop function app.erase_chat_session(uuid, text);
drop function app.merge_patch(jsonb, jsonb);
drop table messages, conversations, chat_domains;
