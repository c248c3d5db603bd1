package dev.pulsegraph.command;

import dev.pulsegraph.database.backup.Backup;
import dev.pulsegraph.database.backup.Manifest;
import dev.pulsegraph.system.Version;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes everything the database holds into one file, while servers go on. */
@Command(
        name = "backup",
        description = {
            "Writes a snapshot of the entire database into FILE, while servers keep running.",
            "It contains hashes of keys and all content, so only you may read it; it does not contain data/jwt-secret.",
            "Requires PULSEGRAPH_DATABASE_OWNER_USERNAME and _PASSWORD with your own database."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A file that does not exist yet, such as pulsegraph-2026-01-31.zip.")
    Path file = Path.of("");

    @Override
    public Integer call() {
        try (CommandEnvironment environment = CommandEnvironment.open();
                Backup backup = Backup.begin(environment.owner())) {
            Manifest manifest = backup.write(file, Version.get(), System.err::println);
            System.out.printf(
                    "%s holds %,d rows of %d tables, schema %s, as of %s.%n",
                    file, manifest.rows(), manifest.tables().size(), manifest.schema(), manifest.takenAt());
            System.out.println(
                    "It does not contain the secret that signs tokens: keep data/jwt-secret, or the one you set, elsewhere.");
            return 0;
        }
    }
}
