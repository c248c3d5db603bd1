package dev.pulsegraph.event;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ua_parser.Parser;

/**
 * Tells programs from people by what they say they are. A new user agent is compared with some hundred patterns, which
 * takes half a millisecond, so answers are kept.
 */
@Singleton
final class BotDetector {
    private static final String BOT = "Spider";
    private static final int MAX_LENGTH = 512;
    /**
     * Browsers that nobody looks at, and tools that fetch pages. The patterns know crawlers, and take these for browsers or for
     * nothing. What apps on devices are written with, such as okhttp, is of visitors.
     */
    private static final List<String> NOBODY = List.of(
            "HeadlessChrome",
            "Chrome-Lighthouse",
            "Google-InspectionTool",
            "Google-PageRenderer",
            "Prerender",
            "PhantomJS",
            "SlimerJS",
            "Puppeteer",
            "Playwright",
            "curl",
            "Wget",
            "HTTPie",
            "PostmanRuntime",
            "python-requests",
            "python-urllib",
            "python-httpx",
            "aiohttp",
            "Scrapy",
            "libwww-perl",
            "Go-http-client",
            "node-fetch",
            "undici",
            "axios");

    private final LoadingCache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(10_000).build(this::detect);
    private final Pattern words;

    BotDetector(EventSettings settings) {
        Stream<String> whole = NOBODY.stream().map(word -> "(?<![a-z0-9])" + Pattern.quote(word) + "(?![a-z0-9])");
        words = Pattern.compile(
                Stream.concat(whole, settings.botWords().stream().map(Pattern::quote))
                        .collect(Collectors.joining("|")),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    boolean isBot(String userAgent) {
        return known.get(userAgent.length() > MAX_LENGTH ? userAgent.substring(0, MAX_LENGTH) : userAgent);
    }

    private boolean detect(String userAgent) {
        return words.matcher(userAgent).find() || BOT.equals(Patterns.PARSER.parseDevice(userAgent).family);
    }

    /** Read when the first event comes, not when the server starts. */
    private static final class Patterns {
        static final Parser PARSER = new Parser();
    }
}
