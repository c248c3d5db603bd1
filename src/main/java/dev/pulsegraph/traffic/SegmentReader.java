package dev.pulsegraph.traffic;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.ingest.EventOrigin;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.JsonSize;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads events as Segment's clients send them. What a client calls by another name than we do is mapped here. */
@Singleton
class SegmentReader {
    private static final List<String> TYPES = List.of("page", "screen", "track", "identify", "group", "alias");
    /** Libraries that run where the visitor is, so that the address of the connection is the visitor's. */
    private static final Pattern ON_DEVICES = Pattern.compile(
            "analytics\\.js|.*(?:ios|android|swift|kotlin|react-native|flutter|cordova|xamarin|unity).*");

    private final EventTimes times;
    private final BotDetector bots;
    private final TrafficSettings settings;

    SegmentReader(EventTimes times, BotDetector bots, TrafficSettings settings) {
        this.times = times;
        this.bots = bots;
        this.settings = settings;
    }

    /**
     * Reads an event, or says what is wrong with it.
     *
     * @param kind what the address says it is; null in a batch, whose items say so themselves
     */
    SentEvent read(@Nullable String kind, @Nullable Object item, EventOrigin origin) {
        if (!(item instanceof Map<?, ?> fields)) {
            return new SentEvent.Bad(
                    null, SentFields.BAD_FIELD, "The event is not a JSON object.", item, origin.receivedAt());
        }
        Object body = withoutAddress(fields);
        try {
            return read(kind, fields, origin, body);
        } catch (InvalidItem refused) {
            return new SentEvent.Bad(
                    new SentFields("", fields).description("messageId", EventLimits.MAX_TEXT),
                    refused.code(),
                    refused.reason(),
                    body,
                    origin.receivedAt());
        }
    }

    private SentEvent read(@Nullable String kind, Map<?, ?> item, EventOrigin origin, Object body) throws InvalidItem {
        JsonSize measure = JsonSize.of(item);
        if (measure.bytes() > EventLimits.MAX_EVENT) {
            throw new InvalidItem(
                    "TOO_LARGE",
                    "The event has " + measure.bytes() + " bytes; allowed are " + EventLimits.MAX_EVENT + ".");
        }
        var event = new SentFields("", item);
        String type = kind == null ? event.text("type", 100) : kind;
        if (type == null || !TYPES.contains(type)) {
            throw new InvalidItem(
                    SentFields.BAD_FIELD,
                    "type: `" + Problem.shown(String.valueOf(type)) + "` is unknown; allowed are "
                            + String.join(", ", TYPES) + ".");
        }
        String given = event.text("messageId", EventLimits.MAX_TEXT);
        String messageId = given == null ? UuidCreator.getTimeOrderedEpoch().toString() : given;
        SentFields properties = event.object(type.equals("identify") || type.equals("group") ? "traits" : "properties");
        SentFields context = context(event, origin);
        return tracked(type, messageId, event, properties, context, origin, body, measure.isStorable());
    }

    private SentEvent tracked(
            String type,
            String messageId,
            SentFields event,
            SentFields properties,
            SentFields context,
            EventOrigin origin,
            Object body,
            boolean storable)
            throws InvalidItem {
        String anonymousId = event.id("anonymousId");
        String userId = event.id("userId");
        String sessionId = firstOf(context.id("sessionId"), properties.id("sessionId"));
        if (anonymousId == null && userId == null && sessionId == null) {
            throw new InvalidItem("NO_VISITOR", "anonymousId, userId: one of them is needed.");
        }
        SentFields codes = context.objectOrNothing("traffic");
        String userCode = firstOf(properties.id("userCode"), codes.id("userCode"));
        String shareCode = firstOf(properties.id("shareCode"), codes.id("shareCode"));
        String contactId = firstOf(properties.id("contactId"), codes.id("contactId"));
        var form = new TrafficForm(properties, origin.browser());
        String clickTarget = type.equals("track") ? form.clickTarget() : null;
        TrackType trackType = trackType(type, clickTarget);
        ClickCategory category = clickTarget == null ? null : form.category(clickTarget);
        String name = name(type, event);
        String pageType = trackType == TrackType.PAGE ? form.pageType(type) : null;
        Instant at = times.at(
                firstOf(event.value("timestamp"), event.value("originalTimestamp")),
                firstOf(event.value("sentAt"), origin.request().get("sentAt")),
                origin.receivedAt());
        boolean onDevice = isOnDevice(context, origin);
        String address = settings.ipAddresses().kept(onDevice ? origin.address() : context.description("ip", 100));
        String userAgent = firstOf(
                context.description("userAgent", EventLimits.MAX_USER_AGENT),
                origin.browser() ? SentFields.described(origin.userAgent(), EventLimits.MAX_USER_AGENT) : null);
        boolean bot = userAgent != null && bots.isBot(userAgent);
        String referrer = context.objectOrNothing("page").description("referrer", EventLimits.MAX_REFERRER);
        Map<String, Object> storedProperties = properties(type, event, properties);
        if (!storable) {
            requireStorable(
                    storedProperties, type.equals("identify") || type.equals("group") ? "traits" : "properties");
        }
        Map<String, Object> storedContext = context.copy();
        storedContext.remove("ip");
        if (!storable || origin.request().containsKey("context")) {
            requireStorable(storedContext, "context");
        }
        return new SentEvent.Good(
                messageId,
                organization -> new TrackedEvent(
                        organization,
                        messageId,
                        trackType,
                        name,
                        anonymousId,
                        userId,
                        sessionId,
                        userCode,
                        shareCode,
                        contactId,
                        pageType,
                        clickTarget,
                        category,
                        at,
                        origin.receivedAt(),
                        bot,
                        address,
                        userAgent,
                        referrer,
                        storedProperties,
                        storedContext),
                form.note(),
                body,
                origin.receivedAt());
    }

    /** A batch may have a context that holds for all of its events. */
    private static SentFields context(SentFields event, EventOrigin origin) throws InvalidItem {
        SentFields own = event.object("context");
        Map<String, Object> merged = new LinkedHashMap<>(
                new SentFields("", origin.request()).objectOrNothing("context").copy());
        merged.putAll(own.copy());
        return new SentFields("context.", merged);
    }

    private static TrackType trackType(String type, @Nullable String clickTarget) {
        return switch (type) {
            case "page", "screen" -> TrackType.PAGE;
            case "track" -> clickTarget == null ? TrackType.TRACK : TrackType.CLICK;
            default -> TrackType.valueOf(type.toUpperCase(Locale.ROOT));
        };
    }

    private static @Nullable String name(String type, SentFields event) throws InvalidItem {
        return switch (type) {
            case "page", "screen" -> event.text("name", EventLimits.MAX_TEXT);
            case "track" -> {
                String name = event.text("event", EventLimits.MAX_TEXT);
                if (name == null) {
                    throw new InvalidItem("MISSING_FIELD", "event: the name of what happened is needed.");
                }
                yield name;
            }
            default -> null;
        };
    }

    /** With what stands beside them in the event. */
    private static Map<String, Object> properties(String type, SentFields event, SentFields properties)
            throws InvalidItem {
        Map<String, Object> stored = properties.copy();
        String beside = switch (type) {
            case "page", "screen" -> "category";
            case "group" -> "groupId";
            case "alias" -> "previousId";
            default -> null;
        };
        String value = beside == null ? null : event.id(beside);
        if (beside != null && value != null) {
            stored.putIfAbsent(beside, value);
        }
        return stored;
    }

    private static void requireStorable(Map<String, Object> stored, String name) throws InvalidItem {
        String fault = JsonSize.of(stored).fault();
        if (fault != null) {
            throw new InvalidItem(SentFields.BAD_FIELD, name + ": " + fault);
        }
    }

    private static boolean isOnDevice(SentFields context, EventOrigin origin) {
        String library = context.objectOrNothing("library").description("name", 100);
        return origin.browser()
                || (library != null
                        && ON_DEVICES.matcher(library.toLowerCase(Locale.ROOT)).matches());
    }

    private static Map<String, Object> withoutAddress(Map<?, ?> item) {
        var fields = new SentFields("", item);
        Map<String, Object> body = fields.copy();
        body.remove("writeKey");
        if (body.get("context") instanceof Map<?, ?> context && context.containsKey("ip")) {
            Map<String, Object> stored = new SentFields("", context).copy();
            stored.remove("ip");
            body.put("context", stored);
        }
        return body;
    }

    @SafeVarargs
    private static <T> @Nullable T firstOf(@Nullable T... values) {
        return Stream.of(values).filter(value -> value != null).findFirst().orElse(null);
    }
}
