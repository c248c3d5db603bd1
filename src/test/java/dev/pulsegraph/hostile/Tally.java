package dev.pulsegraph.hostile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** How an attack was answered. */
final class Tally {
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final Map<String, Reply> examples = new TreeMap<>();
    private Duration longest = Duration.ZERO;
    private long most;

    /** Has an attack go on for its time, and waits until the last of its requests has ended. */
    static Tally of(Attack attack, Attacker attacker) throws Exception {
        var tally = new Tally();
        var turn = new AtomicInteger();
        long end = System.nanoTime() + attack.time().toNanos();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < attack.senders(); i++) {
                all.add(senders.submit(() -> {
                    do {
                        tally.add(attack.blow().strike(attacker, turn.getAndIncrement()));
                    } while (System.nanoTime() < end);
                    return null;
                }));
            }
            for (Future<?> sender : all) {
                sender.get();
            }
        }
        return tally;
    }

    private synchronized void add(Reply reply) {
        kinds.merge(reply.kind(), 1, Integer::sum);
        examples.putIfAbsent(reply.kind(), reply);
        longest = longest.compareTo(reply.took()) < 0 ? reply.took() : longest;
        most = Math.max(most, reply.bytes());
    }

    /** How often each kind of answer came. */
    Map<String, Integer> kinds() {
        return kinds;
    }

    Duration longest() {
        return longest;
    }

    /** An answer of this kind, cut so that a message can hold it. */
    String example(String kind) {
        Reply reply = examples.get(kind);
        return reply == null
                ? ""
                : reply.text().substring(0, Math.min(600, reply.text().length()));
    }

    @Override
    public String toString() {
        return kinds + ", the longest " + longest.toMillis() + " ms, the largest " + most + " bytes";
    }
}
