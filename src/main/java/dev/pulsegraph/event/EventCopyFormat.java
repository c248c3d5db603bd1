package dev.pulsegraph.event;

import static java.util.Objects.requireNonNullElse;

import dev.pulsegraph.database.BinaryRows;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.security.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as the temporary table {@code event_batch} has them. */
final class EventCopyFormat {
    static final String COPY = """
            copy pg_temp.event_batch (position, organization_id, message_key, id, session_key, type, name, visitor, user_id,
              anonymous_id, session_id, user_code, share_code, contact_id, page_type, path, click_target, click_category,
              outbound_link, at, received_at, is_bot, ip_address, user_agent, referrer, dimensions, properties, context) from stdin (format binary)""";

    private static final int COLUMNS = 28;

    private final BinaryRows rows = new BinaryRows(COLUMNS);
    private final MessageDigest digest = Sha256.digest();
    /** A visitor has several events in a batch. */
    private final Map<Session, UUID> sessions = new HashMap<>();

    void add(int position, TrackedEvent event, String visitor) {
        UUID organization = event.organization();
        String session = event.sessionId();
        rows.begin();
        rows.add(position);
        rows.add(organization);
        UUID messageKey = key(organization, "message", event.messageId());
        rows.add(messageKey);
        rows.add(EventId.of(event.at(), messageKey));
        rows.add(sessions.computeIfAbsent(new Session(organization, visitor, session), this::key));
        rows.add(event.type().stored());
        rows.add(event.name());
        rows.add(visitor);
        rows.add(event.userId());
        rows.add(event.anonymousId());
        rows.add(session);
        rows.add(requireNonNullElse(event.userCode(), ""));
        rows.add(requireNonNullElse(event.shareCode(), ""));
        rows.add(requireNonNullElse(event.contactId(), ""));
        rows.add(event.pageType());
        rows.add(event.circumstances().path());
        rows.add(event.clickTarget());
        rows.add(event.clickCategory() == null ? null : event.clickCategory().stored());
        rows.add(event.circumstances().outboundLink());
        rows.add(event.at());
        rows.add(event.receivedAt());
        rows.add(event.bot());
        rows.add(event.ipAddress());
        rows.add(shorten(event.userAgent(), EventLimits.MAX_USER_AGENT));
        rows.add(shorten(event.referrer(), EventLimits.MAX_REFERRER));
        rows.addTexts(event.circumstances().dimensions());
        rows.addJson(JsonText.of(event.properties()));
        rows.addJson(JsonText.of(withoutAddress(event.context())));
    }

    BinaryRows rows() {
        return rows;
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
    private UUID key(Session session) {
        return session.name == null
                ? key(session.organization, "visitor", session.visitor)
                : key(
                        session.organization,
                        "session",
                        session.visitor.length() + "/" + session.visitor + "/" + session.name);
    }

    /** The same for the same words of an organization, and for nothing else. */
    private UUID key(UUID organization, String kind, String id) {
        ByteBuffer hash =
                ByteBuffer.wrap(digest.digest((organization + "/" + kind + "/" + id).getBytes(StandardCharsets.UTF_8)));
        return new UUID(hash.getLong(), hash.getLong());
    }

    private record Session(
            UUID organization, String visitor, @Nullable String name) {}
}
