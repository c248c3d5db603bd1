package dev.pulsegraph.ingest;

import dev.pulsegraph.http.ByteBudget;
import dev.pulsegraph.security.Credentials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The events of a request, on their way into a transaction. */
final class Submission<E> {
    final Credentials.Key key;
    final List<E> events;
    final long arrivedAt = System.nanoTime();
    final CompletableFuture<List<EventOutcome>> answer = new CompletableFuture<>();
    private final ByteBudget.Share share;
    private final @Nullable EventOutcome[] outcomes;
    private @Nullable RuntimeException failure;
    private volatile boolean abandoned;

    Submission(Credentials.Key key, List<E> events, ByteBudget.Share share) {
        this.key = key;
        this.events = events;
        this.share = share;
        this.outcomes = new EventOutcome[events.size()];
    }

    void set(int index, EventOutcome outcome) {
        outcomes[index] = outcome;
    }

    void fail(RuntimeException why) {
        failure = why;
    }

    /** Nobody waits for it any more; what is not written yet need not be. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** Answers, after all of it was written or some of it failed. */
    void finish() {
        share.close();
        if (abandoned) {
            answer.cancel(false);
        } else if (failure != null) {
            answer.completeExceptionally(failure);
        } else {
            List<EventOutcome> all = new ArrayList<>(outcomes.length);
            Arrays.asList(outcomes).forEach(outcome -> {
                if (outcome == null) {
                    throw new IllegalStateException("the outcome of an event is unknown");
                }
                all.add(outcome);
            });
            answer.complete(Collections.unmodifiableList(all));
        }
    }
}
