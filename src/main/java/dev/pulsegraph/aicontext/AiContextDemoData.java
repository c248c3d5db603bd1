package dev.pulsegraph.aicontext;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.demo.DemoData;
import dev.pulsegraph.demo.DemoRows;
import dev.pulsegraph.demo.DemoUser;
import dev.pulsegraph.embedding.EmbeddingWriter;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What an assistant was asked, embedded. */
@Singleton
class AiContextDemoData implements DemoData {
    private final AiContextDemoRepository repository;
    private final EmbeddingWriter embeddings;
    private final Json json;

    AiContextDemoData(AiContextDemoRepository repository, EmbeddingWriter embeddings, Json json) {
        this.repository = repository;
        this.embeddings = embeddings;
        this.json = json;
    }

    @Override
    public int getOrder() {
        return 50;
    }

    @Override
    public void create(DemoRows rows) {
        create(rows.acme(), Demo.ACME, 42, rows.today(), 45);
        create(rows.globex(), Demo.GLOBEX, 12, rows.today(), 46);
    }

    private void create(UUID organization, List<DemoUser> people, int count, Instant today, long seed) {
        List<DemoAiLogs.Log> logs = DemoAiLogs.list(organization, people, count, today, seed);
        repository.createAiLogs(json.text(logs));
        logs.forEach(log -> embeddings.replaceTexts(
                organization,
                EntityType.AI_CONTEXT,
                log.id(),
                "content",
                List.of(log.contextSummary() + "\n\n" + log.aiResponse())));
    }
}
