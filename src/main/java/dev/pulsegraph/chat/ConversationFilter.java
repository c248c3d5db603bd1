package dev.pulsegraph.chat;

import dev.pulsegraph.time.TimeRange;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which conversations of an organization; null asks for nothing. Equal for equal questions.
 *
 * @param range of their beginnings
 */
record ConversationFilter(
        @Nullable UUID domain,
        @Nullable ConversationStatus status,
        @Nullable String session,
        @Nullable TimeRange range) {

    /** Conditions on {@code c}, a row of {@code conversations}: those that are asked for. */
    String sql() {
        return (domain == null ? "" : " and c.domain_id = cast(:domain as uuid)")
                + (status == null ? "" : " and c.status = :status")
                + (session == null ? "" : " and c.session_id = :session")
                + (range == null
                        ? ""
                        : " and c.started_at >= cast(:from as timestamptz) and c.started_at < cast(:to as timestamptz)");
    }

    /** The parameters of {@link #sql}. */
    Map<String, @Nullable Object> values() {
        Map<String, @Nullable Object> values = new HashMap<>();
        if (domain != null) {
            values.put("domain", domain);
        }
        if (status != null) {
            values.put("status", status.stored());
        }
        if (session != null) {
            values.put("session", session);
        }
        if (range != null) {
            values.put("from", range.from().toString());
            values.put("to", range.to().toString());
        }
        return values;
    }
}
