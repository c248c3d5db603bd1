package dev.pulsegraph.event;

import static java.util.Objects.requireNonNullElse;

import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.security.Sha256;
import java.nio.ByteBuffer;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as the temporary table {@code event_batch} has them. */
final class EventCopyFormat {
    static final String COPY = """
            copy pg_temp.event_batch (position, organization_id, message_key, session_key, type, name, visitor, user_id,
              anonymous_id, session_id, user_code, share_code, contact_id, page_type, click_target, click_category, at,
              received_at, is_bot, ip_address, user_agent, referrer, properties, context) from stdin""";

    private EventCopyFormat() {}

    static List<@Nullable String> row(int position, Event event, String visitor) {
        String session = event.sessionId();
        return Arrays.asList(
                Integer.toString(position),
                event.organization().toString(),
                key(event.organization(), "message", event.messageId()),
                sessionKey(event.organization(), visitor, session),
                event.type().stored(),
                event.name(),
                visitor,
                event.userId(),
                event.anonymousId(),
                session,
                requireNonNullElse(event.userCode(), ""),
                requireNonNullElse(event.shareCode(), ""),
                requireNonNullElse(event.contactId(), ""),
                event.pageType(),
                event.clickTarget(),
                event.clickCategory() == null ? null : event.clickCategory().stored(),
                event.at().truncatedTo(ChronoUnit.MICROS).toString(),
                event.receivedAt().toString(),
                Boolean.toString(event.bot()),
                event.ipAddress(),
                shorten(event.userAgent(), EventLimits.MAX_USER_AGENT),
                shorten(event.referrer(), EventLimits.MAX_REFERRER),
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

    private static @Nullable String shorten(@Nullable String text, int length) {
        return text == null ? null : CodePoints.first(text, length);
    }

    /** Finds the sessions that an event may belong to: those of the visitor, of one name if the client gave it one. */
    private static String sessionKey(UUID organization, String visitor, @Nullable String session) {
        return session == null
                ? key(organization, "visitor", visitor)
                : key(organization, "session", visitor.length() + "/" + visitor + "/" + session);
    }

    /** The same for the same words of an organization, and for nothing else. */
    private static String key(UUID organization, String kind, String id) {
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(organization + "/" + kind + "/" + id));
        return new UUID(hash.getLong(), hash.getLong()).toString();
    }
}
