package dev.pulsegraph.aicontext;

import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.organization.User;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.post.PostLoader;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of AI context. */
@Singleton
class AiContextResolver implements Resolver {
    private static final List<String> SOURCE_TYPES =
            List.of("chat", "post", "dm", "comment", "insight", "suggestion", "analysis");

    private final AiContextService service;
    private final OrganizationLoader organizations;
    private final PostLoader posts;

    AiContextResolver(AiContextService service, OrganizationLoader organizations, PostLoader posts) {
        this.service = service;
        this.organizations = organizations;
        this.posts = posts;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("AiContextLog", AiContextLog.class, AiContextRepository::byIds)
                .read("Organization.aiContext", this::page)
                .totalCount("AiContextLogConnection", AiContextLoader.Filter.class, AiContextLoader::counts)
                .read(
                        "AiContextLog.organization",
                        call -> organizations.organization(call, log(call).organizationId()))
                .read("AiContextLog.user", call -> user(call, log(call).userId()))
                .read("AiContextLog.feedbackBy", call -> user(call, log(call).feedbackBy()))
                .field("AiContextLog.source", this::source)
                .field(
                        "Mutation.logAiContext",
                        call -> Map.of("log", service.log(call.caller(), logInput(call.input()))))
                .field("Mutation.rateAiContext", call -> Map.of("log", rate(call)));
    }

    private CompletableFuture<Connection<AiContextLog>> page(Call call) {
        Arguments arguments = call.arguments();
        String sourceType = arguments.findText("sourceType");
        if (sourceType != null && !SOURCE_TYPES.contains(sourceType)) {
            throw Problem.badInput(
                    "sourceType",
                    "`" + Problem.shown(sourceType) + "` is unknown; allowed are " + String.join(", ", SOURCE_TYPES)
                            + ".");
        }
        return call.connection(
                "Organization.aiContext",
                call.source(Organization.class).id(),
                AiContextLoader.BY_CREATED_AT.name(),
                new AiContextLoader.Filter(sourceType),
                AiContextLoader::pages);
    }

    private @Nullable CompletableFuture<?> source(Call call) {
        AiContextLog log = log(call);
        return log.sourceId() == null || !log.sourceType().equals(AiContextLog.POST)
                ? null
                : posts.post(call, log.sourceId());
    }

    private AiContextLog rate(Call call) {
        Arguments input = call.input();
        UUID id = input.id("id", "AiContextLog");
        if (!input.has("feedbackScore") && !input.has("feedbackType")) {
            throw Problem.badInput("feedbackScore", "give a score, a type or both; null for both takes feedback back.");
        }
        return service.rate(
                call.caller(),
                id,
                input.findInt("feedbackScore"),
                input.findEnum("feedbackType", AiFeedbackType.class));
    }

    private static LogAiContextInput logInput(Arguments input) {
        String sourceType = input.text("sourceType");
        Map<String, Object> metadata = input.findObject("metadata");
        return new LogAiContextInput(
                input.id("organization", "Organization"),
                sourceType,
                source(sourceType, input.findText("source")),
                input.text("contextSummary"),
                input.findText("aiResponse"),
                input.findText("promptTemplate"),
                input.findText("modelUsed"),
                metadata == null ? Map.of() : metadata);
    }

    /** A post by its id or its UUID; anything else by a UUID, which only the client can tell. */
    private static @Nullable UUID source(String sourceType, @Nullable String text) {
        if (text == null) {
            return null;
        }
        if (sourceType.equals(AiContextLog.POST)) {
            return EntityReference.idOf("source", EntityType.POST, text);
        }
        EntityReference reference = EntityReference.of("source", text);
        if (reference.type() != null) {
            throw Problem.badInput(
                    "source",
                    "`" + Problem.shown(text) + "` is the id of a " + reference.type()
                            + "; with this sourceType give a UUID of your own.");
        }
        return reference.id();
    }

    private @Nullable CompletableFuture<User> user(Call call, @Nullable UUID id) {
        return id == null ? null : organizations.user(call, id);
    }

    private static AiContextLog log(Call call) {
        return call.source(AiContextLog.class);
    }
}
