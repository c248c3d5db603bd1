package dev.pulsegraph.chat;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.paging.Unfiltered;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The fields of chat. */
@Singleton
class ChatResolver implements Resolver {
    private static final TimeOrder<Conversation> BY_START =
            new TimeOrder<>("conversation.startedAt", true, Conversation::startedAt);
    private static final TimeOrder<Message> BY_CREATION =
            new TimeOrder<>("message.createdAt", false, Message::createdAt);
    private static final BatchArgument MESSAGES =
            new BatchArgument("messages", 1_000, " messages", "send them in several calls.");
    private static final int MAX_TEXT = 200;

    private final ChatService service;
    private final MessageReader reader;
    private final OrganizationLoader organizations;

    ChatResolver(ChatService service, MessageReader reader, OrganizationLoader organizations) {
        this.service = service;
        this.reader = reader;
        this.organizations = organizations;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("ChatDomain", ChatDomain.class, ChatDomainRepository::byIds)
                .node("Conversation", Conversation.class, ConversationRepository::byIds)
                .node("Message", Message.class, ConversationRepository::messagesByIds)
                .read(
                        "Organization.chatDomains",
                        call -> call.read(
                                "Organization.chatDomains",
                                call.source(Organization.class).id(),
                                ids -> ChatDomainRepository.byOrganizations(ids)
                                        .map(found -> Connection.lists(ids, found, ChatDomain::organizationId))))
                .read(
                        "ChatDomain.organization",
                        call -> organizations.organization(
                                call, call.source(ChatDomain.class).organizationId()))
                .read("Organization.conversations", ChatResolver::conversations)
                .totalCount("ConversationConnection", ConversationFilter.class, ConversationRepository::count)
                .read(
                        "Conversation.domain",
                        call -> call.find(
                                "ChatDomain", call.source(Conversation.class).domainId(), ChatDomainRepository::byIds))
                .read("Conversation.messages", ChatResolver::messages)
                .totalCount(
                        "MessageConnection",
                        Unfiltered.class,
                        (conversations, all) -> ConversationRepository.countMessages(conversations))
                .field("Mutation.saveChatDomain", call -> Map.of("domain", saveDomain(call.input())))
                .field("Mutation.deleteChatDomain", call -> {
                    UUID id = call.input().id("id", "ChatDomain");
                    service.deleteDomain(id);
                    return Map.of("deletedId", GlobalId.encode("ChatDomain", id));
                })
                .field("Mutation.startConversation", call -> Map.of("conversation", start(call.input())))
                .field("Mutation.appendMessages", call -> append(call.input()))
                .costOfItems("Mutation.appendMessages", MESSAGES, "rejected")
                .field("Mutation.eraseChatSession", call -> {
                    Arguments input = call.input();
                    return service.erase(input.id("organization", "Organization"), input.name("session", MAX_TEXT));
                })
                .field("Mutation.updateConversationMetadata", call -> Map.of("conversation", update(call.input())));
    }

    private static CompletableFuture<Connection<Conversation>> conversations(Call call) {
        Arguments arguments = call.arguments();
        return call.connection(
                "Organization.conversations",
                call.source(Organization.class).id(),
                BY_START.name(),
                new ConversationFilter(
                        arguments.findId("domain", "ChatDomain"),
                        arguments.findEnum("status", ConversationStatus.class),
                        arguments.findName("session", MAX_TEXT),
                        arguments.findRange("range")),
                ChatResolver::page);
    }

    private static Read<Map<UUID, Connection<Conversation>>> page(
            Collection<UUID> organizations, PageQuery<ConversationFilter> query) {
        return BY_START.pages(
                organizations,
                query,
                Conversation::organizationId,
                (up, place) -> ConversationRepository.page(up, place, query.filter()));
    }

    private static CompletableFuture<Connection<Message>> messages(Call call) {
        return call.connection(
                "Conversation.messages",
                call.source(Conversation.class).id(),
                BY_CREATION.name(),
                Unfiltered.ALL,
                (conversations, query) -> BY_CREATION.pages(
                        "conversations",
                        conversations,
                        query,
                        Message::conversationId,
                        ConversationRepository::messages));
    }

    private ChatDomain saveDomain(Arguments input) {
        UUID organization = input.id("organization", "Organization");
        UUID id = input.findId("id", "ChatDomain");
        service.requireVisible(organization, "id", id);
        return service.saveDomain(new SaveChatDomainInput(
                organization,
                id,
                input.findText("domain"),
                input.patch("name", input::findText),
                input.patch("description", input::findText),
                input.change("active", input::flag)));
    }

    private Conversation start(Arguments input) {
        UUID organization = input.id("organization", "Organization");
        UUID domain = input.id("domain", "ChatDomain");
        service.requireVisible(organization, "domain", domain);
        Map<String, Object> metadata = input.findObject("metadata");
        return service.start(new StartConversationInput(
                organization,
                domain,
                input.findName("reference", MAX_TEXT),
                input.findName("session", MAX_TEXT),
                metadata == null ? Map.of() : metadata,
                input.findInstant("startedAt")));
    }

    private BatchResult append(Arguments input) {
        UUID conversation = input.id("conversation", "Conversation");
        return service.append(conversation, Batch.read(input.items(MESSAGES), reader));
    }

    private Conversation update(Arguments input) {
        return service.update(
                input.id("conversation", "Conversation"),
                input.object("patch"),
                input.findEnum("status", ConversationStatus.class));
    }
}
