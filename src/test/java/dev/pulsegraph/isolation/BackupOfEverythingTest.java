package dev.pulsegraph.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.backup.Backup;
import dev.pulsegraph.database.backup.BackupFile;
import dev.pulsegraph.database.backup.Contents;
import dev.pulsegraph.database.backup.Restore;
import dev.pulsegraph.support.Catalogue;
import dev.pulsegraph.support.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every table with a row in it, months of the archive too, comes back as it was: no table can be forgotten. */
class BackupOfEverythingTest {
    @Test
    void a_row_in_every_table_comes_back(@TempDir Path directory) throws Exception {
        try (TestDatabase database = TestDatabase.migrated();
                TestDatabase other = TestDatabase.empty()) {
            Tenant planted = Tenant.insert(database, "amber7c", "73911827");
            assertThat(planted.tables()).hasSizeGreaterThan(30);
            List<String> partitions = database.texts(
                    "select relname from pg_class where relispartition and relkind = 'r' and relnamespace = 'public'::regnamespace");
            Path file = directory.resolve("everything.zip");
            try (Backup backup = Backup.begin(database.migrations())) {
                assertThat(backup.write(file, "test", line -> {}).tables())
                        .filteredOn(table -> planted.tables().contains(table.name()))
                        .hasSize(planted.tables().size() - partitions.size())
                        .allSatisfy(table -> assertThat(table.contents().rows())
                                .as(table.name())
                                .isPositive());
            }
            try (BackupFile backup = BackupFile.open(file)) {
                new Restore(other.migrations(), other.account(), line -> {}).run(backup, false);
            }
            // The archived month was planted by hand; restored, it is made as all others are.
            Predicate<String> planted2001 =
                    line -> line.startsWith("metric_readings_2001_01 of metric_readings_archive ");
            assertThat(Contents.of(other))
                    .anyMatch(planted2001)
                    .filteredOn(planted2001.negate())
                    .isEqualTo(Contents.of(database).stream()
                            .filter(planted2001.negate())
                            .toList());
            assertThat(Catalogue.of(other)).isEqualTo(Catalogue.of(database));
        }
    }
}
