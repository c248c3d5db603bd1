package dev.pulsegraph.embedding;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.ModelChange;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.PendingSpace;
import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.embedding.model.EmbeddingUnavailable;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds texts that wait, and has models take over. Organizations take turns, so that a large one keeps no other waiting. A
 * model that fails is left alone, the longer the oftener it failed; its texts wait, and nothing is lost.
 */
@Singleton
class EmbeddingJob {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingJob.class);

    /** A run ends after this, and the next goes on: other jobs have their turn. */
    private static final Duration MAX_RUN_TIME = Duration.ofSeconds(45);

    private static final Duration MIN_BACKOFF = Duration.ofSeconds(15);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(10);

    private final EmbeddingModels models;
    private final EmbeddingUpkeepRepository upkeep;
    private final PendingTexts pendingTexts;
    private final Reembedding reembedding;
    private final OperationTransaction transaction;
    private final Clock clock;
    private final Map<String, Backoff> backoffs = new HashMap<>();

    EmbeddingJob(
            EmbeddingModels models,
            EmbeddingUpkeepRepository upkeep,
            PendingTexts pendingTexts,
            Reembedding reembedding,
            OperationTransaction transaction,
            Clock clock) {
        this.models = models;
        this.upkeep = upkeep;
        this.pendingTexts = pendingTexts;
        this.reembedding = reembedding;
        this.transaction = transaction;
        this.clock = clock;
    }

    synchronized String run() {
        Instant end = clock.instant().plus(MAX_RUN_TIME);
        var report = new Report();
        List<ModelChange> open = reembedding.list();
        for (ModelChange change : open) {
            isolate(change.organizationId(), report, () -> prepare(change, end));
        }
        embed(end, report);
        for (ModelChange change : open) {
            isolate(change.organizationId(), report, () -> report.changed += reembedding.finish(change) ? 1 : 0);
        }
        if (!report.failures.isEmpty()) {
            throw Problem.of(ErrorCode.UNAVAILABLE, report.toString());
        }
        return report.toString();
    }

    private void prepare(ModelChange change, Instant end) {
        boolean more = true;
        while (more && clock.instant().isBefore(end)) {
            more = reembedding.prepareNext(change);
        }
    }

    private void embed(Instant end, Report report) {
        Deque<Turn> turns = new ArrayDeque<>();
        transaction
                .asWorker(Duration.ofMinutes(1), () -> upkeep.listPendingSpaces(null))
                .forEach(space -> turns.add(new Turn(space, PendingTexts.START)));
        while (!turns.isEmpty()) {
            if (!clock.instant().isBefore(end)) {
                report.notes.add("More wait.");
                return;
            }
            Turn turn = turns.removeFirst();
            EmbeddingModel model = findModel(turn.space, report);
            if (model != null) {
                isolate(turn.space.organizationId(), report, () -> embedNext(turn, model, turns, report));
            }
        }
    }

    /** What fails for one organization fails for no other. */
    private static void isolate(UUID organization, Report report, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("Texts of the organization {} cannot be embedded", organization, e);
            report.failures.add("Texts of the organization " + organization + " cannot be embedded: " + e.getMessage());
        }
    }

    private void embedNext(Turn turn, EmbeddingModel model, Deque<Turn> turns, Report report) {
        try {
            PendingTexts.Step step = pendingTexts.embedNext(turn.space, model, turn.after);
            report.embedded += step.embedded();
            report.rejected += step.rejected();
            if (step.embedded() > 0) {
                backoffs.remove(model.name());
            }
            if (!step.isEnd()) {
                turns.addLast(new Turn(turn.space, step.last()));
            }
        } catch (EmbeddingUnavailable unavailable) {
            report.failures.add(backOff(model, unavailable));
        }
    }

    /** The model texts wait for, unless it is not here or rests. */
    private @Nullable EmbeddingModel findModel(PendingSpace space, Report report) {
        EmbeddingModel model = models.find(space.model())
                .filter(found -> found.dimensions() == space.dimensions())
                .orElse(null);
        if (model == null) {
            report.notes.add("Texts wait for the model \"" + space.model() + "\" with " + space.dimensions()
                    + " dimensions, which this server does not run.");
            return null;
        }
        Backoff backoff = backoffs.get(model.name());
        if (backoff != null && clock.instant().isBefore(backoff.until)) {
            // Whoever failed in this run is told of already.
            if (report.failures.stream().noneMatch(failure -> failure.startsWith(backoff.why))) {
                report.notes.add("Texts wait until " + backoff.until + ". " + backoff.why);
            }
            return null;
        }
        return model;
    }

    private String backOff(EmbeddingModel model, EmbeddingUnavailable unavailable) {
        Backoff before = backoffs.get(model.name());
        int failures = before == null ? 1 : before.failures + 1;
        Duration doubled = MIN_BACKOFF.multipliedBy(1L << Math.min(failures - 1, 10));
        Duration pause = doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
        String why = unavailable.getMessage();
        backoffs.put(model.name(), new Backoff(failures, clock.instant().plus(pause), why));
        return why + " It is tried again in " + pause.toSeconds() + " s.";
    }

    private record Turn(PendingSpace space, UUID after) {}

    private record Backoff(int failures, Instant until, String why) {}

    /** What a run did, in sentences. */
    private static final class Report {
        private long embedded;
        private long rejected;
        private long changed;
        private final Set<String> failures = new LinkedHashSet<>();
        private final Set<String> notes = new LinkedHashSet<>();

        @Override
        public String toString() {
            StringBuilder sentences = new StringBuilder("Embedded " + embedded + " texts.");
            if (changed > 0) {
                sentences.append(" Another model answers for ").append(changed).append(" organizations now.");
            }
            if (rejected > 0) {
                sentences.append(' ').append(rejected).append(" texts wait that their model does not take.");
            }
            failures.forEach(failure -> sentences.append(' ').append(failure));
            notes.forEach(note -> sentences.append(' ').append(note));
            return sentences.toString();
        }
    }
}
