package dev.pulsegraph.database.backup;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says of itself, in its last entry.
 *
 * @param format {@link #FORMAT}
 * @param product the version of Pulsegraph that wrote it
 * @param postgresql the version of PostgreSQL it was read from
 * @param schema the newest migration that was applied
 * @param takenAt the moment of its snapshot, as PostgreSQL says it
 * @param tables in the order in which they can be loaded: whoever is referenced first
 */
@Serdeable
public record Manifest(
        String format,
        String product,
        String postgresql,
        String schema,
        String takenAt,
        List<Table> tables,
        List<Partition> partitions,
        List<Sequence> sequences) {
    static final String FORMAT = "pulsegraph-backup-1";
    static final String ENTRY = "manifest.json";

    public long rows() {
        return tables.stream().mapToLong(table -> table.contents().rows()).sum();
    }

    /** A table, its columns in their order, and what there is of it. */
    @Serdeable
    public record Table(String name, List<String> columns, Contents contents) {
        String entry() {
            return entry(name);
        }

        static String entry(String table) {
            return "tables/" + table + ".copy";
        }
    }

    /**
     * What tells one content of a table from another, in whatever order its rows come.
     *
     * @param fingerprint the sum of the SHA-256 of its rows
     */
    @Serdeable
    public record Contents(long rows, long bytes, String fingerprint) {}

    /** A range of time of a partitioned table. */
    @Serdeable
    public record Partition(
            String parent,
            String name,
            String since,
            String until,
            @Nullable Integer fillFactor) {}

    /** The last value that a sequence gave. */
    @Serdeable
    public record Sequence(String name, long value) {}
}
