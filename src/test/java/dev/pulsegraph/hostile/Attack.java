package dev.pulsegraph.hostile;

import java.time.Duration;
import java.util.Set;

/**
 * Something that one tenant, or nobody known, does to harm all others.
 *
 * @param name what they do, to be read after "while somebody"
 * @param senders how many do it at once, each again and again
 * @param time how long they go on
 * @param timeout the longest that one of their requests may take; whatever is longer hangs
 * @param answers how they may be answered: patterns of {@link Reply#kind()}; whatever else is a fault
 * @param expected of these, what must have come at least once; empty where any will do
 * @param before what has to be there first
 * @param blow what one of them does once
 * @param after what must be true when all is over
 */
record Attack(
        String name,
        int senders,
        Duration time,
        Duration timeout,
        Set<String> answers,
        Set<String> expected,
        Before before,
        Blow blow,
        After after) {

    /** An attack of some seconds, by four at once. */
    static Attack of(String name, Blow blow) {
        return new Attack(
                name,
                4,
                Duration.ofSeconds(4),
                Duration.ofSeconds(12),
                Set.of(),
                Set.of(),
                attacker -> {},
                blow,
                (attacker, tally) -> {});
    }

    Attack by(int several) {
        return new Attack(name, several, time, timeout, answers, expected, before, blow, after);
    }

    Attack lasting(int seconds) {
        return new Attack(name, senders, Duration.ofSeconds(seconds), timeout, answers, expected, before, blow, after);
    }

    /** Each of them is done within so long. */
    Attack within(int seconds) {
        return new Attack(name, senders, time, Duration.ofSeconds(seconds), answers, expected, before, blow, after);
    }

    Attack answered(String... kinds) {
        return new Attack(name, senders, time, timeout, Set.of(kinds), expected, before, blow, after);
    }

    /** As {@link #answered} or so; and at least one so. */
    Attack orRather(String... kinds) {
        return new Attack(name, senders, time, timeout, answers, Set.of(kinds), before, blow, after);
    }

    Attack having(Before what) {
        return new Attack(name, senders, time, timeout, answers, expected, what, blow, after);
    }

    Attack then(After what) {
        return new Attack(name, senders, time, timeout, answers, expected, before, blow, what);
    }

    boolean mayBeAnswered(String kind) {
        return isOneOf(answers, kind) || isOneOf(expected, kind);
    }

    /** Whether what must have come did. */
    boolean isAnsweredAsExpected(Set<String> kinds) {
        return expected.isEmpty() || kinds.stream().anyMatch(kind -> isOneOf(expected, kind));
    }

    private static boolean isOneOf(Set<String> patterns, String kind) {
        return patterns.stream().anyMatch(kind::matches);
    }

    /** Prepares an attack. */
    interface Before {
        void prepare(Attacker attacker) throws Exception;
    }

    /** Does it once; {@code turn} counts from 0 over all senders. */
    interface Blow {
        Reply strike(Attacker attacker, int turn) throws Exception;
    }

    /** Looks at what is left of it. */
    interface After {
        void check(Attacker attacker, Tally tally) throws Exception;
    }
}
