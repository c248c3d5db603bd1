package dev.pulsegraph.traffic;

import dev.pulsegraph.database.Copy;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores the sketches of rollups, in the running transaction, in which their temporary table has been made, and is empty. */
@Singleton
class SketchStore {
    private static final String COPY = """
            copy pg_temp.visitor_sketches (level, organization_id, bucket, date, user_code, share_code, contact_id, visitors)
            from stdin""";

    private final VisitorSketchRepository repository;
    private final Copy copy;

    SketchStore(VisitorSketchRepository repository, Copy copy) {
        this.repository = repository;
        this.copy = copy;
    }

    void store(List<VisitorSketch> sketches) {
        if (!sketches.isEmpty()) {
            copy.send(COPY, sketches.stream().map(SketchStore::row));
            repository.storeStaged();
        }
    }

    private static List<@Nullable String> row(VisitorSketch sketch) {
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
}
