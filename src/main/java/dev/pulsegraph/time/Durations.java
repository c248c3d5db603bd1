package dev.pulsegraph.time;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as operators write them. */
public final class Durations {
    public static final String ALLOWED =
            "a length of time such as 500ms, 30s, 15m, 8h or 30d, or as ISO 8601 has it, PT8H";

    private static final Pattern SHORT = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
    /** Beyond it, arithmetic in nanoseconds overflows. */
    private static final Duration MAX = Duration.ofDays(36_525);

    private Durations() {}

    /** Empty for what is no length of time, or one of more than a hundred years. */
    public static Optional<Duration> parse(String text) {
        try {
            Matcher parts = SHORT.matcher(text.strip());
            Duration duration =
                    parts.matches() ? of(Long.parseLong(parts.group(1)), parts.group(2)) : Duration.parse(text.strip());
            return duration.abs().compareTo(MAX) > 0 ? Optional.empty() : Optional.of(duration);
        } catch (DateTimeException | ArithmeticException noDuration) {
            return Optional.empty();
        }
    }

    private static Duration of(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
