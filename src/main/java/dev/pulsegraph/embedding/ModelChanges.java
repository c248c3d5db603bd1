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
class ModelChanges {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int AT_ONCE = 2_000;

    private final EmbeddingUpkeepRepository upkeep;
    private final OperationTransaction transaction;

    ModelChanges(EmbeddingUpkeepRepository upkeep, OperationTransaction transaction) {
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
            List<UUID> sources = withoutVector(change, AT_ONCE);
            if (!sources.isEmpty()) {
                List<UUID> ids = sources.stream()
                        .map(any -> UuidCreator.getTimeOrderedEpoch())
                        .toList();
                upkeep.have(change.organizationId(), change.nextSpaceId(), sources, ids);
            }
            return sources.size() == AT_ONCE;
        });
    }

    /** Has the next model answer, if no text waits for it. Nobody writes one while it is looked. */
    boolean finish(ModelChange change) {
        return transaction.asWorker(TIMEOUT, () -> {
            upkeep.lockAlone(change.organizationId());
            boolean isReady = upkeep.countWaiting(change.organizationId(), change.nextSpaceId()) == 0
                    && withoutVector(change, 1).isEmpty();
            return isReady && upkeep.takeOver(change.organizationId(), change.nextModel()) == 1;
        });
    }

    private List<UUID> withoutVector(ModelChange change, int limit) {
        return upkeep.listTextsWithout(change.organizationId(), change.spaceId(), change.nextSpaceId(), limit);
    }
}
