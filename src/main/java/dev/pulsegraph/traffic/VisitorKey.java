package dev.pulsegraph.traffic;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which row of which rollup a sketch is of. */
record VisitorKey(
        String level,
        UUID organization,
        @Nullable Instant bucket,
        LocalDate date,
        String userCode,
        String shareCode,
        String contactId) {

    static VisitorKey of(VisitorSketch sketch) {
        return new VisitorKey(
                sketch.level(),
                sketch.organizationId(),
                sketch.bucket(),
                sketch.date(),
                sketch.userCode(),
                sketch.shareCode(),
                sketch.contactId());
    }

    /** The rows of days that count what this one counts. */
    List<VisitorKey> days() {
        VisitorKey ofOrganization = day("organization", "", "", "");
        VisitorKey ofUser = day("user", userCode, "", "");
        VisitorKey ofGroup = day("group", userCode, shareCode, "");
        return contactId.isEmpty()
                ? List.of(ofOrganization, ofUser, ofGroup)
                : List.of(ofOrganization, ofUser, ofGroup, day("contact", userCode, shareCode, contactId));
    }

    private VisitorKey day(String itsLevel, String itsUserCode, String itsShareCode, String itsContactId) {
        return new VisitorKey(itsLevel, organization, null, date, itsUserCode, itsShareCode, itsContactId);
    }

    VisitorSketch sketch(byte[] visitors) {
        return new VisitorSketch(level, organization, bucket, date, userCode, shareCode, contactId, visitors);
    }
}
