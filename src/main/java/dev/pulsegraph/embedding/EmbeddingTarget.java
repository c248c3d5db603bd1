package dev.pulsegraph.embedding;

import dev.pulsegraph.ingest.BulkResult;
import dev.pulsegraph.ingest.BulkTarget;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Embeddings in bulk: {@code POST /v1/embeddings}. */
@Singleton
class EmbeddingTarget implements BulkTarget<EmbeddingItem> {
    /** 16,000 numbers of 25 characters, and a text. */
    private static final int LONGEST_LINE = 512 * 1024;

    private final EmbeddingReader reader;
    private final EmbeddingWriter writer;

    EmbeddingTarget(EmbeddingReader reader, EmbeddingWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    @Override
    public String name() {
        return "embeddings";
    }

    @Override
    public List<String> columns() {
        return EmbeddingReader.FIELDS;
    }

    @Override
    public int longestLine() {
        return LONGEST_LINE;
    }

    @Override
    public EmbeddingItem parse(Map<String, @Nullable Object> line) {
        try {
            return reader.read(0, line);
        } catch (EmbeddingReader.Unreadable unreadable) {
            throw Problem.parse(ErrorCode.BAD_USER_INPUT, String.valueOf(unreadable.getMessage()));
        }
    }

    @Override
    public BulkResult write(Caller caller, UUID organization, List<EmbeddingItem> items) {
        List<EmbeddingItem> numbered = new ArrayList<>(items.size());
        for (EmbeddingItem item : items) {
            numbered.add(item.at(numbered.size()));
        }
        UpsertEmbeddingsPayload payload = writer.upsert(organization, numbered, List.of());
        return new BulkResult(
                payload.written(),
                payload.unchanged(),
                payload.rejected().stream()
                        .map(rejection -> new BulkResult.Rejection(
                                rejection.index(), Problem.parse(ErrorCode.BAD_USER_INPUT, rejection.reason())))
                        .toList());
    }
}
