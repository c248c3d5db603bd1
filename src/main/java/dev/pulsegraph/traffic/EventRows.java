package dev.pulsegraph.traffic;

import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.security.Sha256;
import java.nio.ByteBuffer;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events and sketches as the temporary tables of a batch have them. */
final class EventRows {
    static final String COPY_EVENTS = """
            copy pg_temp.event_batch (position, organization_id, message_key, session_key, type, name, visitor, user_id,
              anonymous_id, session_id, user_code, share_code, contact_id, page_type, click_target, click_category, at,
              received_at, is_bot, ip_address, user_agent, referrer, properties, context) from stdin""";
    static final String COPY_SKETCHES = """
            copy pg_temp.visitor_sketches (level, organization_id, bucket, date, user_code, share_code, contact_id, visitors)
            from stdin""";

    private EventRows() {}

    /** Who did it; null when the event does not tell. */
    static @Nullable String visitor(TrackedEvent event) {
        if (event.anonymousId() != null) {
            return event.anonymousId();
        }
        if (event.userId() != null) {
            return "user:" + event.userId();
        }
        return event.sessionId() == null ? null : "session:" + event.sessionId();
    }

    /** A code as keys have it. */
    static String code(@Nullable String code) {
        return code == null ? "" : code;
    }

    static List<@Nullable String> row(int position, TrackedEvent event, String visitor) {
        String session = event.sessionId();
        return Arrays.asList(
                Integer.toString(position),
                event.organization().toString(),
                key(event.organization(), "message", event.messageId()),
                session == null
                        ? key(event.organization(), "visitor", visitor)
                        : key(event.organization(), "session", visitor.length() + "/" + visitor + "/" + session),
                event.type().stored(),
                event.name(),
                visitor,
                event.userId(),
                event.anonymousId(),
                session,
                code(event.userCode()),
                code(event.shareCode()),
                code(event.contactId()),
                event.pageType(),
                event.clickTarget(),
                event.clickCategory() == null ? null : event.clickCategory().stored(),
                event.at().truncatedTo(ChronoUnit.MICROS).toString(),
                event.receivedAt().toString(),
                Boolean.toString(event.bot()),
                event.ipAddress(),
                shortened(event.userAgent(), EventLimits.MAX_USER_AGENT),
                shortened(event.referrer(), EventLimits.MAX_REFERRER),
                JsonText.of(event.properties()),
                JsonText.of(withoutAddress(event.context())));
    }

    /** An address is kept as the operator wants it, or not at all. */
    private static Map<String, Object> withoutAddress(Map<String, Object> context) {
        if (!context.containsKey("ip")) {
            return context;
        }
        Map<String, Object> rest = new LinkedHashMap<>(context);
        rest.remove("ip");
        return rest;
    }

    private static @Nullable String shortened(@Nullable String text, int length) {
        return text == null ? null : CodePoints.first(text, length);
    }

    static List<@Nullable String> row(VisitorSketch sketch) {
        return Arrays.asList(
                sketch.level(),
                sketch.organizationId().toString(),
                sketch.bucket() == null ? null : sketch.bucket().toString(),
                sketch.date().toString(),
                sketch.userCode(),
                sketch.shareCode(),
                sketch.contactId(),
                "\\x" + HexFormat.of().formatHex(sketch.visitors()));
    }

    /** The same for the same words of an organization, and for nothing else. */
    private static String key(UUID organization, String kind, String id) {
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(organization + "/" + kind + "/" + id));
        return new UUID(hash.getLong(), hash.getLong()).toString();
    }
}
