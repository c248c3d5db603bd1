package dev.pulsegraph.command;

import dev.pulsegraph.database.Migrations;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Applies migrations as the owner of the tables, and takes them back. */
@Command(
        name = "migrate",
        description = {
            "Migrates the database to this version, and creates the account that the server logs in as.",
            "Requires PULSEGRAPH_DATABASE_OWNER_USERNAME and _PASSWORD with your own database."
        },
        mixinStandardHelpOptions = true,
        subcommands = MigrateCommand.Undo.class)
final class MigrateCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        try (CommandEnvironment environment = CommandEnvironment.open()) {
            int applied = environment.owner().migrate();
            environment.owner().grantLogin(environment.login());
            System.out.println(applied == 0 ? "The database is up to date." : applied + " migrations applied.");
            environment.finish().forEach(System.out::println);
            return 0;
        }
    }

    @Command(
            name = "undo",
            description = "Undoes migrations, newest first, and deletes all data in their tables.",
            mixinStandardHelpOptions = true)
    static final class Undo implements Callable<Integer> {
        @Option(
                names = "--to",
                required = true,
                paramLabel = "VERSION",
                description = "The last version to keep, such as 004; 0 undoes all.")
        String version = "";

        @Option(
                names = "--yes",
                description = "Deletes the data; without it, the command only reports what would be deleted.")
        boolean confirmed;

        @Override
        public Integer call() {
            try (CommandEnvironment environment = CommandEnvironment.open()) {
                Migrations owner = environment.owner();
                if (owner.undoable(version).isEmpty()) {
                    System.out.println("There is nothing above " + version + ".");
                    return 0;
                }
                refuseServers(owner.sessions(environment.login()));
                if (!confirmed) {
                    throw new IllegalStateException(question(owner));
                }
                owner.undo(version).forEach(migration -> System.out.println("undone: " + migration));
                return 0;
            }
        }

        private static void refuseServers(List<String> sessions) {
            if (!sessions.isEmpty()) {
                throw new IllegalStateException("A server uses this database: " + String.join(", ", sessions)
                        + ". Stop it first; a pooler keeps its sessions for some time after that.");
            }
        }

        private String question(Migrations owner) {
            List<String> losses = owner.losses(version);
            return "This would undo " + String.join(", ", owner.undoable(version)) + ", and delete "
                    + (losses.isEmpty() ? "no data" : String.join(", ", losses))
                    + ". Back up what you need, and add --yes. Nothing was changed.";
        }
    }
}
