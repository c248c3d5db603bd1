package dev.pulsegraph.command;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Applies migrations as the owner of the tables, and takes them back. */
@Command(
        name = "migrate",
        description = {
            "Brings the database to this version, and makes the account the server logs in as.",
            "Needs PULSEGRAPH_DATABASE_OWNER_USERNAME and _PASSWORD with a database of your own."
        },
        mixinStandardHelpOptions = true,
        subcommands = MigrateCommand.Undo.class)
final class MigrateCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        try (CommandEnvironment environment = CommandEnvironment.open()) {
            int applied = environment.owner().migrate();
            environment.owner().grantLogin(environment.login(), environment.loginPassword());
            System.out.println(applied == 0 ? "The database is up to date." : applied + " migrations applied.");
            environment.owner().buildVectorIndexes().forEach(System.out::println);
            return 0;
        }
    }

    @Command(
            name = "undo",
            description = "Takes migrations back, newest first, with all data they hold.",
            mixinStandardHelpOptions = true)
    static final class Undo implements Callable<Integer> {
        @Option(
                names = "--to",
                required = true,
                paramLabel = "VERSION",
                description = "The last version to keep, such as 004; 0 takes back everything.")
        String version = "";

        @Override
        public Integer call() {
            try (CommandEnvironment environment = CommandEnvironment.open()) {
                List<String> undone = environment.owner().undo(version);
                undone.forEach(migration -> System.out.println("undone: " + migration));
                if (undone.isEmpty()) {
                    System.out.println("There is nothing above " + version + ".");
                }
                return 0;
            }
        }
    }
}
