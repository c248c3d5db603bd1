package dev.pulsegraph.traffic;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which row of which rollup a sketch is of. */
record SketchKey(
        String level,
        UUID organization,
        @Nullable Instant bucket,
        LocalDate date,
        String userCode,
        String shareCode,
        String contactId) {

    static SketchKey of(VisitorSketch sketch) {
        return new SketchKey(
                sketch.level(),
                sketch.organizationId(),
                sketch.bucket(),
                sketch.date(),
                sketch.userCode(),
                sketch.shareCode(),
                sketch.contactId());
    }

    /** The rows of days that count what this one counts. */
    List<SketchKey> days() {
        SketchKey ofOrganization = day("organization", "", "", "");
        SketchKey ofUser = day("user", userCode, "", "");
        SketchKey ofGroup = day("group", userCode, shareCode, "");
        return contactId.isEmpty()
                ? List.of(ofOrganization, ofUser, ofGroup)
                : List.of(ofOrganization, ofUser, ofGroup, day("contact", userCode, shareCode, contactId));
    }

    private SketchKey day(String itsLevel, String itsUserCode, String itsShareCode, String itsContactId) {
        return new SketchKey(itsLevel, organization, null, date, itsUserCode, itsShareCode, itsContactId);
    }

    VisitorSketch sketch(byte[] visitors) {
        return new VisitorSketch(level, organization, bucket, date, userCode, shareCode, contactId, visitors);
    }
}
