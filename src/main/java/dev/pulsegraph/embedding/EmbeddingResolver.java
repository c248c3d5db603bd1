package dev.pulsegraph.embedding;

import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of embeddings, written and read as they are. */
@Singleton
class EmbeddingResolver implements Resolver {
    private static final BatchArgument ITEMS =
            new BatchArgument("items", 1_000, "", "send them in several calls, or by POST /v1/embeddings.");

    private final EmbeddingReader reader;
    private final EmbeddingWriter writer;
    private final EmbeddingLoader loader;

    EmbeddingResolver(EmbeddingReader reader, EmbeddingWriter writer, EmbeddingLoader loader) {
        this.reader = reader;
        this.writer = writer;
        this.loader = loader;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Embedding", Embedding.class, EmbeddingRepository::byIds)
                .field("Post.embeddings", this::ofPost)
                .field(
                        "Organization.embeddingModels",
                        call -> call.batch(
                                "Organization.embeddingModels",
                                call.source(Organization.class).id(),
                                loader::models))
                .batch("Mutation.upsertEmbeddings", ITEMS, reader, writer::upsert)
                .field("Mutation.deleteEmbeddings", call -> Map.of("deleted", delete(call.input())));
    }

    private CompletableFuture<List<Embedding>> ofPost(Call call) {
        Post post = call.source(Post.class);
        return call.batchEach(
                "Post.embeddings",
                new EmbeddingLoader.Request(post.organizationId(), post.id(), call.asksFor("vector")),
                EmbeddingLoader.Request::vectors,
                all -> same -> Outcome.all(loader.ofPosts(same)));
    }

    private int delete(Arguments input) {
        EntityType type = input.findEnum("entityType", EntityType.class);
        String entity = input.findText("entity");
        EntityReference reference = entity == null ? null : reference(type, entity);
        return writer.delete(
                input.id("organization", "Organization"),
                reference == null ? type : reference.type(),
                reference == null ? null : reference.id(),
                input.findText("sourceField"),
                input.findText("model"));
    }

    /** A global id tells its type; of a UUID it must be told. */
    private static EntityReference reference(@Nullable EntityType type, String entity) {
        if (type != null) {
            return new EntityReference(type, EntityReference.idOf("entity", type, entity));
        }
        EntityReference reference = EntityReference.of("entity", entity);
        if (reference.type() == null) {
            throw Problem.badInput("entityType", "is needed where `entity` is a UUID.");
        }
        return reference;
    }
}
