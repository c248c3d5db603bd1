package dev.pulsegraph.traffic;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which row of which rollup a sketch is of. */
record VisitorKey(
        String tier,
        UUID organization,
        @Nullable Instant bucket,
        LocalDate date,
        String userCode,
        String shareCode,
        String contactId) {

    static VisitorKey of(VisitorSketch sketch) {
        return new VisitorKey(
                sketch.tier(),
                sketch.organizationId(),
                sketch.bucket(),
                sketch.date(),
                sketch.userCode(),
                sketch.shareCode(),
                sketch.contactId());
    }

    /** The rows of days that count what this one counts. */
    List<VisitorKey> days() {
        List<VisitorKey> days = new ArrayList<>(List.of(
                new VisitorKey("day", organization, null, date, "", "", ""),
                new VisitorKey("user", organization, null, date, userCode, "", ""),
                new VisitorKey("group", organization, null, date, userCode, shareCode, "")));
        if (!contactId.isEmpty()) {
            days.add(new VisitorKey("contact", organization, null, date, userCode, shareCode, contactId));
        }
        return days;
    }

    VisitorSketch sketch(byte[] visitors) {
        return new VisitorSketch(tier, organization, bucket, date, userCode, shareCode, contactId, visitors);
    }
}
