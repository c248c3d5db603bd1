package dev.pulsegraph.event;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.JsonSize;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads events as Segment's clients send them. What a client calls by another name than we do is mapped here. */
@Singleton
class SegmentReader {
    private static final List<String> TYPES = List.of("page", "screen", "track", "identify", "group", "alias");
    /** Libraries that run where the visitor is, so that the address of the connection is the visitor's. */
    private static final Pattern ON_DEVICES = Pattern.compile(
            "analytics\\.js|.*(?:ios|android|swift|kotlin|react-native|flutter|cordova|xamarin|unity).*");

    private final EventTimestamps timestamps;
    private final BotDetector bots;
    private final DailyVisitors dailyVisitors;
    private final CircumstanceReader circumstances;
    private final CountryDatabase countries;
    private final EventSettings settings;

    SegmentReader(
            EventTimestamps timestamps,
            BotDetector bots,
            DailyVisitors dailyVisitors,
            CircumstanceReader circumstances,
            CountryDatabase countries,
            EventSettings settings) {
        this.circumstances = circumstances;
        this.countries = countries;
        this.timestamps = timestamps;
        this.bots = bots;
        this.dailyVisitors = dailyVisitors;
        this.settings = settings;
    }

    /**
     * Reads an event, or says what is wrong with it.
     *
     * @param kind what the address says it is; null in a batch, whose items say so themselves
     */
    ReceivedEvent read(@Nullable String kind, @Nullable Object item, EventOrigin origin) {
        if (!(item instanceof Map<?, ?> fields)) {
            return new ReceivedEvent.Invalid(
                    null, JsonFields.BAD_FIELD, "The event is not a JSON object.", item, origin.receivedAt());
        }
        try {
            return read(kind, fields, origin);
        } catch (InvalidItem fault) {
            return new ReceivedEvent.Invalid(
                    new JsonFields("", fields).description("messageId", EventLimits.MAX_TEXT),
                    fault.code(),
                    fault.reason(),
                    fields,
                    origin.receivedAt());
        }
    }

    private ReceivedEvent read(@Nullable String kind, Map<?, ?> item, EventOrigin origin) throws InvalidItem {
        JsonSize measure = JsonSize.of(item);
        if (measure.bytes() > EventLimits.MAX_EVENT) {
            throw new InvalidItem(
                    "TOO_LARGE",
                    "The event has " + measure.bytes() + " bytes; allowed are " + EventLimits.MAX_EVENT + ".");
        }
        var event = new JsonFields("", item);
        String type = kind == null ? event.text("type", 100) : kind;
        if (type == null || !TYPES.contains(type)) {
            throw new InvalidItem(
                    JsonFields.BAD_FIELD,
                    "type: `" + Problem.shown(String.valueOf(type)) + "` is unknown; allowed are "
                            + String.join(", ", TYPES) + ".");
        }
        String given = event.text("messageId", EventLimits.MAX_TEXT);
        String messageId = given == null ? UuidCreator.getTimeOrderedEpoch().toString() : given;
        JsonFields properties = event.object(type.equals("identify") || type.equals("group") ? "traits" : "properties");
        JsonFields context = context(event, origin);
        return create(type, messageId, event, properties, context, origin, item, measure.isStorable());
    }

    private ReceivedEvent create(
            String type,
            String messageId,
            JsonFields event,
            JsonFields properties,
            JsonFields context,
            EventOrigin origin,
            Object sent,
            boolean storable)
            throws InvalidItem {
        String anonymousId = event.id("anonymousId");
        String userId = event.id("userId");
        String sessionId = firstOf(context.id("sessionId"), properties.id("sessionId"));
        boolean daily = anonymousId == null && isWithoutStorage(context, origin);
        if (anonymousId == null && userId == null && sessionId == null && !daily) {
            throw new InvalidItem("NO_VISITOR", "anonymousId, userId: one of them is needed.");
        }
        JsonFields codes = context.findObject("traffic");
        String userCode = firstOf(properties.id("userCode"), codes.id("userCode"));
        String shareCode = firstOf(properties.id("shareCode"), codes.id("shareCode"));
        String contactId = firstOf(properties.id("contactId"), codes.id("contactId"));
        var form = new TrafficProperties(properties, origin.browser());
        String clickTarget = type.equals("track") ? form.clickTarget() : null;
        TrackType trackType = trackType(type, clickTarget);
        ClickCategory category = clickTarget == null ? null : form.category(clickTarget);
        String name = name(type, event);
        String pageType = trackType == TrackType.PAGE ? form.pageType(type) : null;
        Instant at = timestamps.at(
                firstOf(event.value("timestamp"), event.value("originalTimestamp")),
                firstOf(event.value("sentAt"), origin.request().get("sentAt")),
                origin.receivedAt());
        boolean onDevice = isOnDevice(context, origin);
        String from = onDevice ? origin.address() : context.description("ip", 100);
        String address = daily ? null : settings.ipAddresses().of(from);
        String userAgent = firstOf(
                context.description("userAgent", EventLimits.MAX_USER_AGENT),
                origin.browser() ? JsonFields.describe(origin.userAgent(), EventLimits.MAX_USER_AGENT) : null);
        boolean bot = userAgent != null && bots.isBot(userAgent);
        String referrer = context.findObject("page").description("referrer", EventLimits.MAX_REFERRER);
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
        Circumstances told = bot
                ? Circumstances.NONE
                : circumstances.read(
                        trackType,
                        storedProperties,
                        storedContext,
                        clickTarget,
                        userAgent,
                        referrer,
                        () -> onDevice && origin.country() != null ? origin.country() : countries.find(from),
                        origin.browser() ? origin.languages() : null);
        Function<UUID, String> dailyVisitor = daily ? dailyVisitors.of(origin, at) : null;
        return new ReceivedEvent.Valid(
                messageId,
                organization -> new TrackedEvent(
                        organization,
                        messageId,
                        trackType,
                        name,
                        dailyVisitor == null ? anonymousId : dailyVisitor.apply(organization),
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
                        storedContext,
                        told),
                form.note(),
                sent,
                origin.receivedAt());
    }

    /** A batch may have a context that holds for all of its events. */
    private static JsonFields context(JsonFields event, EventOrigin origin) throws InvalidItem {
        JsonFields own = event.object("context");
        if (!origin.request().containsKey("context")) {
            return own;
        }
        Map<String, Object> merged = new LinkedHashMap<>(
                new JsonFields("", origin.request()).findObject("context").copy());
        merged.putAll(own.copy());
        return new JsonFields("context.", merged);
    }

    private static TrackType trackType(String type, @Nullable String clickTarget) {
        return switch (type) {
            case "page", "screen" -> TrackType.PAGE;
            case "track" -> clickTarget == null ? TrackType.TRACK : TrackType.CLICK;
            default -> TrackType.valueOf(type.toUpperCase(Locale.ROOT));
        };
    }

    private static @Nullable String name(String type, JsonFields event) throws InvalidItem {
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
    private static Map<String, Object> properties(String type, JsonFields event, JsonFields properties)
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
            throw new InvalidItem(JsonFields.BAD_FIELD, name + ": " + fault);
        }
    }

    /** Whether a page says that it keeps nothing in the browser. What a program says of storage is its own business. */
    private static boolean isWithoutStorage(JsonFields context, EventOrigin origin) {
        return origin.browser() && "none".equals(context.value("storage"));
    }

    private static boolean isOnDevice(JsonFields context, EventOrigin origin) {
        String library = context.findObject("library").description("name", 100);
        return origin.browser()
                || (library != null
                        && ON_DEVICES.matcher(library.toLowerCase(Locale.ROOT)).matches());
    }

    @SafeVarargs
    private static <T> @Nullable T firstOf(@Nullable T... values) {
        for (T value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
