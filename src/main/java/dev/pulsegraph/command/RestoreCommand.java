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
            "Reads FILE, which `backup` wrote, into the database, all of it or nothing, and brings it to this version.",
            "Stop the server first. A database that holds data is left alone, unless you say --overwrite.",
            "Needs PULSEGRAPH_DATABASE_OWNER_USERNAME and _PASSWORD with a database of your own."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What `backup` wrote.")
    Path file = Path.of("");

    @Option(
            names = "--overwrite",
            description = "Deletes what the database holds. When the restore then fails, that is still there, unless"
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
