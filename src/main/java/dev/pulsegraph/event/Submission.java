package dev.pulsegraph.event;

import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.security.Credentials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The events of a request, on their way into a transaction. */
final class Submission {
    final Credentials.Key key;
    final List<ReceivedEvent> events;
    final long arrivedAt = System.nanoTime();
    final CompletableFuture<List<EventReceipt>> answer = new CompletableFuture<>();
    private final InFlightLimit.Share share;
    private final @Nullable EventReceipt[] receipts;
    private @Nullable RuntimeException failure;
    private volatile boolean abandoned;

    Submission(Credentials.Key key, List<ReceivedEvent> events, InFlightLimit.Share share) {
        this.key = key;
        this.events = events;
        this.share = share;
        this.receipts = new EventReceipt[events.size()];
    }

    void set(int index, EventReceipt receipt) {
        receipts[index] = receipt.at(index);
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
            List<EventReceipt> all = new ArrayList<>(receipts.length);
            Arrays.asList(receipts).forEach(receipt -> {
                if (receipt == null) {
                    throw new IllegalStateException("the outcome of an event is unknown");
                }
                all.add(receipt);
            });
            answer.complete(Collections.unmodifiableList(all));
        }
    }
}
