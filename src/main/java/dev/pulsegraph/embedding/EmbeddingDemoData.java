package dev.pulsegraph.embedding;

import dev.pulsegraph.demo.DemoData;
import jakarta.inject.Singleton;
import java.util.List;

/** Vectors of the posts. Each batch of them is a transaction of its own. */
@Singleton
class EmbeddingDemoData implements DemoData {
    private final PostEmbedder postEmbedder;

    EmbeddingDemoData(PostEmbedder postEmbedder) {
        this.postEmbedder = postEmbedder;
    }

    @Override
    public int getOrder() {
        return 60;
    }

    @Override
    public void complete() {
        for (String slug : List.of("acme", "globex")) {
            postEmbedder.embedMissing(postEmbedder.find(slug), posts -> {});
        }
    }
}
