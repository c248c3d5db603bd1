package dev.pulsegraph.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.PendingSpace;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.PendingText;
import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingUnavailable;
import dev.pulsegraph.embedding.model.Vectors;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Embeds texts that wait. They are read and written in transactions of their own, so that none is open while a model
 * computes; what was written is safe whatever happens next, and what was not goes on waiting.
 */
@Singleton
class PendingTexts {
    static final UUID START = new UUID(0, 0);
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int BATCH_SIZE = 64;

    private final EmbeddingUpkeepRepository upkeep;
    private final OperationTransaction transaction;
    /** Not asked about again for a while. */
    private final Cache<String, Boolean> rejected = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    PendingTexts(EmbeddingUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    /**
     * Embeds the next few.
     *
     * @param after the last that was attempted before
     * @throws EmbeddingUnavailable when the model cannot answer now
     */
    Step embedNext(PendingSpace space, EmbeddingModel model, UUID after) {
        List<PendingText> read = transaction.asWorker(
                TIMEOUT, () -> upkeep.listPending(space.organizationId(), space.spaceId(), after, BATCH_SIZE));
        if (read.isEmpty()) {
            return new Step(after, true, 0, 0);
        }
        List<PendingText> attempted = read.stream()
                .filter(text -> rejected.getIfPresent(key(text)) == null)
                .toList();
        List<TextVectors.Result> results = TextVectors.make(
                model, attempted.stream().map(PendingText::content).toList());
        List<UUID> ids = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        List<String> vectors = new ArrayList<>();
        for (int i = 0; i < attempted.size(); i++) {
            float[] vector = results.get(i).vector();
            if (vector == null) {
                rejected.put(key(attempted.get(i)), true);
            } else {
                ids.add(attempted.get(i).id());
                hashes.add(attempted.get(i).hash());
                vectors.add(Vectors.toText(Vectors.unit(vector)));
            }
        }
        long saved = ids.isEmpty() ? 0 : save(space.organizationId(), ids, hashes, vectors);
        return new Step(
                read.getLast().id(), read.size() < BATCH_SIZE, Math.toIntExact(saved), read.size() - ids.size());
    }

    private long save(UUID organization, List<UUID> ids, List<String> hashes, List<String> vectors) {
        return transaction.asWorker(TIMEOUT, () -> {
            upkeep.lockShared(organization);
            return upkeep.saveVectors(organization, ids, hashes, vectors);
        });
    }

    private static String key(PendingText text) {
        return text.id() + " " + text.hash();
    }

    /**
     * What was done of the texts that wait.
     *
     * @param last where to go on
     * @param isEnd whether there are no more
     * @param embedded how many have vectors now
     * @param rejected how many the model does not take
     */
    record Step(UUID last, boolean isEnd, int embedded, int rejected) {}
}
