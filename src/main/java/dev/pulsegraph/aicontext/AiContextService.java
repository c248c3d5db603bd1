package dev.pulsegraph.aicontext;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.embedding.EmbeddingWriter;
import dev.pulsegraph.embedding.TextChunker;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Logs AI context and what people make of it, in the one transaction of the operation. */
@Singleton
class AiContextService {
    private final AiContextRepository logs;
    private final OrganizationRepository organizations;
    private final EmbeddingWriter embeddings;

    AiContextService(AiContextRepository logs, OrganizationRepository organizations, EmbeddingWriter embeddings) {
        this.logs = logs;
        this.organizations = organizations;
        this.embeddings = embeddings;
    }

    AiContextLog log(Caller caller, LogAiContextInput input) {
        organizations.requireVisible(input.organization());
        if (input.source() != null
                && input.sourceType().equals(AiContextLog.POST)
                && !logs.isPost(input.organization(), input.source())) {
            throw Problem.notFound("source", "post");
        }
        UUID id = UuidCreator.getTimeOrderedEpoch();
        logs.insert(
                input.organization(),
                id,
                user(caller),
                input.sourceType(),
                input.source(),
                input.contextSummary(),
                input.aiResponse(),
                input.promptTemplate(),
                input.modelUsed(),
                input.metadata());
        embeddings.replaceTexts(
                input.organization(), EntityType.AI_CONTEXT, id, "content", TextChunker.of(text(input)));
        return get(id);
    }

    /** The feedback takes the place of any before; neither a score nor a type takes it back. */
    AiContextLog rate(Caller caller, UUID id, @Nullable Integer score, @Nullable AiFeedbackType type) {
        get(id);
        boolean rated = score != null || type != null;
        Problem.requireChanged(
                logs.rate(id, score, type == null ? null : type.stored(), rated, user(caller)), () -> get(id));
        return get(id);
    }

    /** By which a log is found: what was asked, and what was answered. */
    private static String text(LogAiContextInput input) {
        return input.aiResponse() == null
                ? input.contextSummary()
                : input.contextSummary() + "\n\n" + input.aiResponse();
    }

    private AiContextLog get(UUID id) {
        return logs.findById(id).orElseThrow(() -> Problem.notFound("id", "AI context"));
    }

    private static @Nullable UUID user(Caller caller) {
        return caller instanceof Caller.User user ? user.id() : null;
    }
}
