package dev.pulsegraph.traffic.oracle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Something a visitor did, as it is told. */
public record VisitorEvent(
        UUID organization,
        String messageId,
        String type,
        @Nullable String name,
        @Nullable String anonymousId,
        @Nullable String userId,
        @Nullable String sessionId,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        @Nullable String pageType,
        @Nullable String clickTarget,
        @Nullable String clickCategory,
        Instant at,
        boolean bot,
        @Nullable String userAgent,
        @Nullable String referrer) {

    public @Nullable String visitor() {
        if (anonymousId != null) {
            return anonymousId;
        }
        if (userId != null) {
            return "user:" + userId;
        }
        return sessionId == null ? null : "session:" + sessionId;
    }

    boolean isView() {
        return type.equals("page") && !bot;
    }

    boolean isClick() {
        return type.equals("click") && !bot;
    }

    boolean isTraffic() {
        return isView() || isClick();
    }

    /** Decides between events of one instant. */
    String key() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((organization + "/message/" + messageId).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the id of a stored event has of the key. */
    String endOfKey() {
        return key().substring(17);
    }

    String codes() {
        return given(userCode) + "|" + given(shareCode) + "|" + given(contactId);
    }

    static String given(@Nullable String text) {
        return text == null ? "" : text;
    }
}
