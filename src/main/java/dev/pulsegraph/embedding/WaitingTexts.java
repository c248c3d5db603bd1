package dev.pulsegraph.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.Waiting;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.WaitingSpace;
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
class WaitingTexts {
    static final UUID FIRST = new UUID(0, 0);
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int AT_ONCE = 64;

    private final EmbeddingUpkeepRepository upkeep;
    private final OperationTransaction transaction;
    /** Not asked about again for a while. */
    private final Cache<String, Boolean> refused = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    WaitingTexts(EmbeddingUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    /**
     * Embeds the next few.
     *
     * @param after the last that was tried before
     * @throws EmbeddingUnavailable when the model cannot answer now
     */
    Step embedNext(WaitingSpace space, EmbeddingModel model, UUID after) {
        List<Waiting> read = transaction.asWorker(
                TIMEOUT, () -> upkeep.listWaiting(space.organizationId(), space.spaceId(), after, AT_ONCE));
        if (read.isEmpty()) {
            return new Step(after, true, 0, 0);
        }
        List<Waiting> tried = read.stream()
                .filter(text -> refused.getIfPresent(key(text)) == null)
                .toList();
        List<TextVectors.Made> made =
                TextVectors.make(model, tried.stream().map(Waiting::content).toList());
        List<UUID> ids = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        List<String> vectors = new ArrayList<>();
        for (int i = 0; i < tried.size(); i++) {
            float[] vector = made.get(i).vector();
            if (vector == null) {
                refused.put(key(tried.get(i)), true);
            } else {
                ids.add(tried.get(i).id());
                hashes.add(tried.get(i).hash());
                vectors.add(Vectors.written(Vectors.unit(vector)));
            }
        }
        long kept = ids.isEmpty() ? 0 : keep(space.organizationId(), ids, hashes, vectors);
        return new Step(read.getLast().id(), read.size() < AT_ONCE, Math.toIntExact(kept), read.size() - ids.size());
    }

    private long keep(UUID organization, List<UUID> ids, List<String> hashes, List<String> vectors) {
        return transaction.asWorker(TIMEOUT, () -> {
            upkeep.lock(organization);
            return upkeep.keep(organization, ids, hashes, vectors);
        });
    }

    private static String key(Waiting text) {
        return text.id() + " " + text.hash();
    }

    /**
     * What was done of the texts that wait.
     *
     * @param last where to go on
     * @param isEnd whether there are no more
     * @param embedded how many have vectors now
     * @param refused how many the model does not take
     */
    record Step(UUID last, boolean isEnd, int embedded, int refused) {}
}
