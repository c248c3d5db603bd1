package dev.pulsegraph.chat;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A team with a chat domain. */
record ChatWorld(Fixtures.Team team, String domain) {
    private static final String START =
            "mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } } }";
    private static final String APPEND =
            "mutation ($input: AppendMessagesInput!) { appendMessages(input: $input) { written } }";

    static ChatWorld of(Fixtures.Team team) {
        return new ChatWorld(
                team,
                team.asOwner()
                        .ask(
                                "mutation ($input: SaveChatDomainInput!) { saveChatDomain(input: $input) { domain { id } } }",
                                Map.of("input", Map.of("organization", team.id(), "domain", "shop.example")))
                        .succeeded()
                        .text("saveChatDomain.domain.id"));
    }

    /** The id of a new conversation. */
    String conversation(Map<String, ?> more) {
        Map<String, Object> input = new HashMap<>(more);
        input.put("organization", team.id());
        input.put("domain", domain);
        return team.asOwner().ask(START, Map.of("input", input)).succeeded().text("startConversation.conversation.id");
    }

    /** How many messages were stored. */
    String append(String conversation, List<? extends Map<String, ?>> messages) {
        return team.asOwner()
                .ask(APPEND, Map.of("input", Map.of("conversation", conversation, "messages", messages)))
                .succeeded()
                .text("appendMessages.written");
    }

    static UUID uuid(String id) {
        return GlobalId.decode("id", id).uuid();
    }

    UUID user(Superuser superuser) {
        return superuser.ownerOf(uuid(team.id()));
    }
}
