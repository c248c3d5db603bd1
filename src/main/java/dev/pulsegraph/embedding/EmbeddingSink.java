package dev.pulsegraph.embedding;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.bulk.BulkSink;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Embeddings in bulk: {@code POST /v1/embeddings}. */
@Singleton
class EmbeddingSink implements BulkSink<EmbeddingItem> {
    /** 16,000 numbers of 25 characters, and a text. */
    @Limit(value = "length of a line of a bulk import of vectors", unit = "bytes")
    private static final int MAX_LINE = 512 * 1024;

    private final EmbeddingReader reader;
    private final EmbeddingWriter writer;

    EmbeddingSink(EmbeddingReader reader, EmbeddingWriter writer) {
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

    /** Of texts about AI contexts; others want an editor. */
    @Override
    public String minRole() {
        return "member";
    }

    @Override
    public int maxLine() {
        return MAX_LINE;
    }

    @Override
    public EmbeddingItem parse(Map<String, @Nullable Object> line) throws InvalidItem {
        return reader.read(line);
    }

    @Override
    public BatchResult write(Caller caller, UUID organization, List<EmbeddingItem> items) {
        UpsertEmbeddingsPayload payload = writer.upsert(organization, Batch.of(items));
        return new BatchResult(payload.written(), payload.unchanged(), payload.rejected());
    }
}
