package dev.pulsegraph.chat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes domains, conversations and messages, in the one transaction of the operation. */
@Singleton
class ChatService {
    private final ChatDomainRepository domains;
    private final ConversationRepository conversations;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;
    private final Json json;
    private final Clock clock;

    ChatService(
            ChatDomainRepository domains,
            ConversationRepository conversations,
            OrganizationRepository organizations,
            OperationTransaction transaction,
            Json json,
            Clock clock) {
        this.domains = domains;
        this.conversations = conversations;
        this.organizations = organizations;
        this.transaction = transaction;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Refuses what the caller may not see, before it is told what else is wrong.
     *
     * @param domain null for a new one
     */
    void requireVisible(UUID organization, String argument, @Nullable UUID domain) {
        organizations.requireVisible(organization);
        if (domain != null
                && transaction.read(ChatDomainRepository.byIds(List.of(domain))).stream()
                        .noneMatch(found -> found.organizationId().equals(organization))) {
            throw Problem.notFound(argument, "chat domain");
        }
    }

    ChatDomain saveDomain(SaveChatDomainInput input) {
        UUID id = input.id() == null ? UuidCreator.getTimeOrderedEpoch() : input.id();
        if (input.id() == null) {
            domains.create(
                    input.organization(),
                    id,
                    Objects.requireNonNull(input.domain()),
                    input.name().value(),
                    input.description().value(),
                    input.active());
        } else {
            Problem.requireChanged(
                    domains.update(
                            input.organization(),
                            id,
                            input.domain(),
                            input.name().given(),
                            input.name().value(),
                            input.description().given(),
                            input.description().value(),
                            input.active()),
                    () -> domain(id));
        }
        return domain(id);
    }

    /** With all that was said there. */
    void deleteDomain(UUID id) {
        domain(id);
        Problem.requireChanged(domains.delete(id), () -> domain(id));
    }

    /** Starts a conversation, or answers the one of this reference. */
    Conversation start(StartConversationInput input) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        long created = conversations.create(
                input.organization(),
                id,
                input.domain(),
                input.reference(),
                input.session(),
                input.metadata(),
                input.startedAt() == null ? null : input.startedAt().toString());
        return conversation(
                created > 0 || input.reference() == null
                        ? id
                        : conversations
                                .findByReference(input.organization(), input.reference())
                                .orElseThrow());
    }

    /** Stores messages in their order. One that has an id which the conversation knows is there already. */
    BatchResult append(UUID conversation, Batch<NewMessage> batch) {
        conversation(conversation);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (NewMessage message : batch.items()) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("id", UuidCreator.getTimeOrderedEpoch().toString());
            row.put("message_id", message.messageId());
            row.put("role", message.role().stored());
            row.put("content", message.content());
            row.put("metadata", message.metadata());
            row.put(
                    "created_at",
                    (message.createdAt() == null ? now.plus(rows.size(), ChronoUnit.MICROS) : message.createdAt())
                            .toString());
            rows.add(row);
        }
        return batch.result(conversations.append(conversation, json.text(rows)), List.of());
    }

    /** Merges metadata into what a conversation has. */
    Conversation update(UUID id, Map<String, Object> patch, @Nullable ConversationStatus status) {
        conversation(id);
        Problem.requireChanged(
                conversations.update(
                        id,
                        json.text(patch),
                        status == null ? null : status.stored(),
                        status != null && status.isEnd()),
                () -> conversation(id));
        return conversation(id);
    }

    /** Deletes what is kept of a session. */
    ConversationRepository.Erased erase(UUID organization, String session) {
        organizations.requireVisible(organization);
        return conversations.erase(organization, session);
    }

    private ChatDomain domain(UUID id) {
        return Problem.requireFound(transaction.read(ChatDomainRepository.byIds(List.of(id))), "chat domain");
    }

    private Conversation conversation(UUID id) {
        return Problem.requireFound(transaction.read(ConversationRepository.byIds(List.of(id))), "conversation");
    }
}
