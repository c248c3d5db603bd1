package dev.pulsegraph.event;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.request.JsonSize;
import dev.pulsegraph.request.Storable;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads events from fields named as those of a TrackEventInput. */
@Singleton
public class EventReader {
    private static final String BAD_FIELD = "BAD_FIELD";
    private static final String MISSING_FIELD = "MISSING_FIELD";

    private final Json json;
    private final BotDetector bots;
    private final CircumstanceReader circumstances;
    private final CountryDatabase countries;

    EventReader(Json json, BotDetector bots, CircumstanceReader circumstances, CountryDatabase countries) {
        this.json = json;
        this.bots = bots;
        this.circumstances = circumstances;
        this.countries = countries;
    }

    /** The event, unless something is wrong with its form. */
    public TrackedEvent read(UUID organization, Map<String, @Nullable Object> fields, Instant receivedAt)
            throws InvalidItem {
        TrackType type = type(fields);
        String name = type == TrackType.TRACK
                ? required(fields, "name", EventLimits.MAX_TEXT)
                : text(fields, "name", EventLimits.MAX_TEXT);
        String target = type == TrackType.CLICK
                ? required(fields, "clickTarget", EventLimits.MAX_TEXT)
                : text(fields, "clickTarget", EventLimits.MAX_TEXT);
        Map<String, Object> context = object(fields, "context");
        String userAgent = context.get("userAgent") instanceof String given && !given.isBlank() ? given : null;
        boolean bot = userAgent != null && bots.isBot(userAgent);
        String referrer = context.get("page") instanceof Map<?, ?> page && page.get("referrer") instanceof String told
                ? told
                : null;
        String address = context.get("ip") instanceof String ip ? ip : null;
        Map<String, Object> properties = object(fields, "properties");
        return new TrackedEvent(
                organization,
                required(fields, "messageId", EventLimits.MAX_TEXT),
                type,
                name,
                text(fields, "anonymousId", EventLimits.MAX_ID),
                text(fields, "userId", EventLimits.MAX_ID),
                text(fields, "sessionId", EventLimits.MAX_ID),
                text(fields, "userCode", EventLimits.MAX_ID),
                text(fields, "shareCode", EventLimits.MAX_ID),
                text(fields, "contactId", EventLimits.MAX_ID),
                pageType(fields, type),
                target,
                category(fields, type, target),
                at(fields),
                receivedAt,
                bot,
                null,
                userAgent,
                referrer,
                properties,
                context,
                bot
                        ? Circumstances.NONE
                        : circumstances.read(
                                type,
                                properties,
                                context,
                                target,
                                userAgent,
                                referrer,
                                () -> countries.find(address),
                                null));
    }

    private static TrackType type(Map<String, @Nullable Object> fields) throws InvalidItem {
        String name = required(fields, "type", EventLimits.MAX_TEXT);
        try {
            return TrackType.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new InvalidItem(
                    BAD_FIELD,
                    "type: `" + Problem.shown(name) + "` is unknown; allowed are " + List.of(TrackType.values()) + ".");
        }
    }

    private static @Nullable String pageType(Map<String, @Nullable Object> fields, TrackType type) throws InvalidItem {
        String given = text(fields, "pageType", EventLimits.MAX_TEXT);
        if (given == null) {
            return type == TrackType.PAGE ? "page" : null;
        }
        if (!EventLimits.PAGE_TYPE.matcher(given).matches()) {
            throw new InvalidItem(
                    BAD_FIELD,
                    "pageType: `" + Problem.shown(given)
                            + "` is not 1 to 50 lower-case letters, digits, dots, underscores and hyphens.");
        }
        return given;
    }

    private static @Nullable ClickCategory category(
            Map<String, @Nullable Object> fields, TrackType type, @Nullable String target) throws InvalidItem {
        String given = text(fields, "clickCategory", EventLimits.MAX_TEXT);
        if (given == null) {
            return type == TrackType.CLICK && target != null ? ClickCategory.of(target) : null;
        }
        try {
            return ClickCategory.valueOf(given.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new InvalidItem(
                    BAD_FIELD,
                    "clickCategory: `" + Problem.shown(given) + "` is unknown; allowed are "
                            + List.of(ClickCategory.values()) + ".");
        }
    }

    private static Instant at(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("timestamp");
        if (given instanceof Instant instant) {
            return instant.truncatedTo(ChronoUnit.MICROS);
        }
        try {
            return OffsetDateTime.parse(String.valueOf(given)).toInstant().truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            throw new InvalidItem(
                    BAD_FIELD,
                    "timestamp: `" + Problem.shown(String.valueOf(given))
                            + "` is not a time with an offset, such as 2026-03-01T09:30:00Z.");
        }
    }

    private static String required(Map<String, @Nullable Object> fields, String name, int maxLength)
            throws InvalidItem {
        String text = text(fields, name, maxLength);
        if (text == null) {
            throw new InvalidItem(MISSING_FIELD, name + ": is missing.");
        }
        return text;
    }

    private static @Nullable String text(Map<String, @Nullable Object> fields, String name, int maxLength)
            throws InvalidItem {
        Object given = fields.get(name);
        if (given == null) {
            return null;
        }
        if (!(given instanceof String written) || !Storable.isStorable(written)) {
            throw new InvalidItem(BAD_FIELD, name + ": a text without NUL or half characters is needed.");
        }
        String text = written.strip();
        if (CodePoints.length(text) > maxLength) {
            throw new InvalidItem(BAD_FIELD, name + ": more than " + maxLength + " characters.");
        }
        return text.isEmpty() ? null : text;
    }

    private Map<String, Object> object(Map<String, @Nullable Object> fields, String name) throws InvalidItem {
        Object given = fields.get(name);
        if (given == null) {
            return Map.of();
        }
        if (!(given instanceof Map<?, ?> map)) {
            throw new InvalidItem(BAD_FIELD, name + ": a JSON object is needed, such as {\"key\": \"value\"}.");
        }
        String fault = JsonSize.of(map).fault();
        if (fault != null) {
            throw new InvalidItem(BAD_FIELD, name + ": " + fault);
        }
        if (CodePoints.length(json.text(map)) > EventLimits.MAX_OBJECT) {
            throw new InvalidItem(BAD_FIELD, name + ": more than " + EventLimits.MAX_OBJECT + " characters of JSON.");
        }
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, value) -> object.put(String.valueOf(key), value));
        return object;
    }
}
