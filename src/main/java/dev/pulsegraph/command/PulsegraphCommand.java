package dev.pulsegraph.command;

import dev.pulsegraph.operations.Version;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line. Without a subcommand it serves. */
@Command(
        name = "pulsegraph",
        description = "A self-hosted GraphQL analytics API on PostgreSQL. Without a command it serves.",
        mixinStandardHelpOptions = true,
        versionProvider = PulsegraphCommand.VersionProvider.class,
        subcommands = {
            ServeCommand.class,
            MigrateCommand.class,
            VerifyCommand.class,
            TokenCommand.class,
            DemoCommand.class,
            JobCommand.class,
            ImportCommand.class,
            EmbedCommand.class,
            RehearseCommand.class,
            CommandLine.HelpCommand.class
        })
public final class PulsegraphCommand implements Runnable {
    /** The exit code of a command whose work goes on in other threads. */
    public static final int KEEP_RUNNING = -1;

    /** Runs a command and answers its exit code. */
    public static int run(String[] arguments) {
        return new CommandLine(new PulsegraphCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    String sentence = sentence(thrown);
                    if (sentence == null) {
                        thrown.printStackTrace(command.getErr());
                    } else {
                        command.getErr().println(command.getColorScheme().errorText(sentence));
                    }
                    return 1;
                })
                .execute(
                        arguments.length == 0 || arguments[0].startsWith("-micronaut")
                                ? prepended(arguments)
                                : arguments);
    }

    private static String[] prepended(String[] arguments) {
        String[] serve = new String[arguments.length + 1];
        serve[0] = "serve";
        System.arraycopy(arguments, 0, serve, 1, arguments.length);
        return serve;
    }

    /** The message nearest to the cause that is one of ours; null when there is none, and all is for debuggers. */
    private static @Nullable String sentence(Throwable thrown) {
        String message = null;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if ((cause instanceof IllegalStateException
                            || cause instanceof IllegalArgumentException
                            || cause instanceof ApplicationStartupException
                            || cause instanceof FlywayException)
                    && cause.getMessage() != null) {
                message = cause.getMessage();
            }
        }
        return message;
    }

    @Override
    public void run() {
        throw new IllegalStateException("no command"); // never: run() adds one
    }

    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Pulsegraph " + Version.get(), "Java " + Runtime.version()};
        }
    }
}
