package dev.pulsegraph.traffic;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import jakarta.inject.Singleton;
import ua_parser.Parser;

/**
 * Tells programs from people by what they say they are. A new user agent is compared with some hundred patterns, which
 * takes half a millisecond, so answers are kept.
 */
@Singleton
class BotDetector {
    private static final String BOT = "Spider";
    private static final int LONGEST = 512;

    private final LoadingCache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(10_000).build(BotDetector::look);

    boolean isBot(String userAgent) {
        return known.get(userAgent.length() > LONGEST ? userAgent.substring(0, LONGEST) : userAgent);
    }

    private static boolean look(String userAgent) {
        return BOT.equals(Patterns.PARSER.parseDevice(userAgent).family);
    }

    /** Read when the first event comes, not when the server starts. */
    private static final class Patterns {
        static final Parser PARSER = new Parser();
    }
}
