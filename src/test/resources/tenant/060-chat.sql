-- vocabulary: domain, role
-- id of a type: SaveChatDomainInput.id ChatDomain
-- id of a type: StartConversationInput.domain ChatDomain
-- id of a type: Organization.conversations.domain ChatDomain
insert into chat_domains (organization_id, id, domain, name, description)
  values ('{organization}', '{id:chatdomain}', 'of-' || left('{organization}', 8) || '.example', '{tag} name', '{tag} description');
insert into conversations (organization_id, id, domain_id, reference, session_id, metadata, ended_at)
  values ('{organization}', '{id:conversation}', '{id:chatdomain}', '{tag} reference', '{tag} session', '{"key": "{tag} metadata"}', now());
insert into messages (organization_id, conversation_id, message_id, role, content, metadata)
  values ('{organization}', '{id:conversation}', '{tag} message', 'user', '{tag} content', '{"key": "{tag} metadata"}');
