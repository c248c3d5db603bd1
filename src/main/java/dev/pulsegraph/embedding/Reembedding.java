package dev.pulsegraph.embedding;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.ModelChange;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Has the next model of an organization take over, once it has a vector of every text. */
@Singleton
class Reembedding {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int BATCH_SIZE = 2_000;

    private final EmbeddingUpkeepRepository upkeep;
    private final OperationTransaction transaction;

    Reembedding(EmbeddingUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    List<ModelChange> list() {
        return transaction.asWorker(TIMEOUT, upkeep::listChanges);
    }

    /** Has the next texts wait for the next model; answers whether there may be more of them. */
    boolean prepareNext(ModelChange change) {
        return transaction.asWorker(TIMEOUT, () -> {
            upkeep.lockAlone(change.organizationId());
            List<UUID> sources = listTextsWithout(change, BATCH_SIZE);
            if (!sources.isEmpty()) {
                List<UUID> ids = sources.stream()
                        .map(any -> UuidCreator.getTimeOrderedEpoch())
                        .toList();
                upkeep.enqueue(change.organizationId(), change.nextSpaceId(), sources, ids);
            }
            return sources.size() == BATCH_SIZE;
        });
    }

    /** Has the next model answer, if no text waits for it. Nobody writes one meanwhile. */
    boolean finish(ModelChange change) {
        return transaction.asWorker(TIMEOUT, () -> {
            upkeep.lockAlone(change.organizationId());
            boolean isReady = upkeep.countPending(change.organizationId(), change.nextSpaceId()) == 0
                    && listTextsWithout(change, 1).isEmpty();
            return isReady && upkeep.activate(change.organizationId(), change.nextModel()) == 1;
        });
    }

    private List<UUID> listTextsWithout(ModelChange change, int limit) {
        return upkeep.listTextsWithout(change.organizationId(), change.spaceId(), change.nextSpaceId(), limit);
    }
}
