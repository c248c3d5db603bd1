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
            "Writes one snapshot of the whole database into FILE, while servers go on serving.",
            "It holds hashes of keys and all content, so only you may read it; data/jwt-secret is not in it.",
            "Needs PULSEGRAPH_DATABASE_OWNER_USERNAME and _PASSWORD with a database of your own."
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
                    "The secret that signs tokens is not in it: keep data/jwt-secret, or what you set, elsewhere.");
            return 0;
        }
    }
}
