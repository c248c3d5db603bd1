package dev.pulsegraph.embedding;

import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.post.PostTextListener;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Has a post be found by what it says now, but for those that somebody gave vectors of that field. */
@Singleton
class PostTextWriter implements PostTextListener {
    private final EmbeddingRepository embeddings;
    private final EmbeddingWriter writer;

    PostTextWriter(EmbeddingRepository embeddings, EmbeddingWriter writer) {
        this.embeddings = embeddings;
        this.writer = writer;
    }

    @Override
    public void written(UUID organization, UUID post, @Nullable String title, String content) {
        if (!embeddings.isGiven(organization, EntityType.POST.stored(), post, PostEmbedder.FIELD)) {
            writer.replaceTexts(
                    organization, EntityType.POST, post, PostEmbedder.FIELD, PostEmbedder.chunks(title, content));
        }
    }
}
