package dev.pulsegraph.aicontext;

import dev.pulsegraph.demo.DemoRandom;
import dev.pulsegraph.demo.DemoUser;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an assistant was asked and answered in the 30 days before today, and what people made of it. */
final class DemoAiLogs {
    private static final List<Exchange> EXCHANGES = List.of(
            new Exchange(
                    "chat",
                    "A visitor asks for the opening hours on public holidays.",
                    "The studio is closed on public holidays; on all other days it opens at nine."),
            new Exchange(
                    "chat",
                    "A visitor asks whether the workshop is suitable for beginners.",
                    "Yes. Nothing has to be known beforehand, and all tools are there."),
            new Exchange(
                    "comment",
                    "A follower asks under the spring launch when the new colours can be ordered.",
                    "The new colours can be ordered from the first of the month, in the shop and online."),
            new Exchange(
                    "dm",
                    "A customer writes that a parcel arrived damaged and asks for a replacement.",
                    "We are sorry. A new parcel leaves tomorrow; the damaged one need not be sent back."),
            new Exchange(
                    "suggestion",
                    "Ideas for next week's posts, given what was liked most in the last 30 days.",
                    "A short tutorial on tools, a customer's story, and a look behind the making of the spring launch."),
            new Exchange(
                    "analysis",
                    "Why did visits drop at the weekend?",
                    "Fewer people come on Saturdays and Sundays in every week; this weekend was no exception."),
            new Exchange(
                    "insight",
                    "Which platform brings the most engagement for its reach?",
                    "Instagram reaches most people; LinkedIn has the higher share of comments."));
    private static final List<String> MODELS = List.of("assistant-small", "assistant-large");
    private static final List<String> FEEDBACK = List.of("helpful", "helpful", "excellent", "too_generic", "incorrect");

    private DemoAiLogs() {}

    /**
     * The logs of an organization, oldest first.
     *
     * @param people who logged and rated them
     */
    static List<Log> list(UUID organization, List<DemoUser> people, int count, Instant today, long seed) {
        var random = new DemoRandom(seed);
        List<Log> logs = new ArrayList<>(count);
        long step = Duration.ofDays(30).toMinutes() / count;
        for (int i = 0; i < count; i++) {
            Exchange exchange = random.one(EXCHANGES);
            boolean rated = !random.isOneIn(3);
            String feedback = random.one(FEEDBACK);
            Instant at = today.minus(Duration.ofMinutes(step * (count - i) + random.below((int) step)));
            logs.add(new Log(
                    organization,
                    random.id(),
                    random.one(people).id(),
                    exchange.sourceType(),
                    exchange.question(),
                    exchange.answer(),
                    random.one(MODELS),
                    rated ? score(feedback) : null,
                    rated ? feedback : null,
                    rated ? random.one(people).id() : null,
                    rated ? at.plus(Duration.ofMinutes(5)) : null,
                    at));
        }
        return List.copyOf(logs);
    }

    private static int score(String feedback) {
        return switch (feedback) {
            case "excellent" -> 5;
            case "helpful" -> 4;
            case "too_generic" -> 2;
            default -> 1;
        };
    }

    private record Exchange(String sourceType, String question, String answer) {}

    /** A row of {@code ai_context_logs}. */
    @Serdeable
    record Log(
            UUID organizationId,
            UUID id,
            UUID userId,
            String sourceType,
            String contextSummary,
            String aiResponse,
            String modelUsed,
            @Nullable Integer feedbackScore,
            @Nullable String feedbackType,
            @Nullable UUID feedbackBy,
            @Nullable Instant feedbackAt,
            Instant createdAt) {}
}
