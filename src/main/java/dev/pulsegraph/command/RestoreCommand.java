package dev.pulsegraph.command;

import dev.pulsegraph.database.DatabaseSource;
import dev.pulsegraph.database.backup.BackupFile;
import dev.pulsegraph.database.backup.Restore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a backup into a database that no server uses. */
@Command(
        name = "restore",
        description = {
            "Restores FILE, written by `backup`, into the database in one transaction, and migrates it to this version.",
            "Stop the server first. A database that holds data is not changed without --overwrite.",
            "Requires PULSEGRAPH_DATABASE_OWNER_USERNAME and _PASSWORD with your own database."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A file written by `backup`.")
    Path file = Path.of("");

    @Option(
            names = "--overwrite",
            description = "Deletes the data in the database. When the restore fails, the data remains, unless"
                    + " the backup is of an older schema than the database.")
    boolean overwrite;

    @Override
    public Integer call() {
        try (BackupFile backup = BackupFile.open(file);
                CommandEnvironment environment = CommandEnvironment.open()) {
            new Restore(environment.owner(), environment.login(), System.err::println).run(backup, overwrite);
            environment.owner().grantLogin(environment.login());
            environment.context().getBean(DatabaseSource.class).putToUse();
            environment.finish().forEach(System.out::println);
            System.out.printf(
                    "Restored %,d rows, as of %s. `./pulsegraph verify` checks the database.%n",
                    backup.manifest().rows(), backup.manifest().takenAt());
            return 0;
        }
    }
}
