package dev.pulsegraph.command;

import dev.pulsegraph.system.Version;
import dev.pulsegraph.time.Durations;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** The root of the command line. Without a subcommand it serves. */
@Command(
        name = "pulsegraph",
        description = "A self-hosted GraphQL analytics API on PostgreSQL. Without a command it runs `serve`.",
        mixinStandardHelpOptions = true,
        versionProvider = PulsegraphCommand.VersionProvider.class,
        subcommands = {
            ServeCommand.class,
            MigrateCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            TokenCommand.class,
            KeyCommand.class,
            DemoCommand.class,
            JobCommand.class,
            ImportCommand.class,
            EmbedCommand.class,
            TrainCommand.class,
            CommandLine.HelpCommand.class
        })
public final class PulsegraphCommand implements Runnable {
    /** The exit code of a command whose work goes on in other threads. */
    public static final int KEEP_RUNNING = -1;

    private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    /** Runs a command and answers its exit code. */
    public static int run(String[] arguments) {
        if (!isServe(arguments) && !arguments[0].equals("serve")) {
            LogFormat.logToStandardError();
        }
        return new CommandLine(new PulsegraphCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, PulsegraphCommand::duration)
                .setExecutionStrategy(PulsegraphCommand::runWithRightSettings)
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    String sentence = sentence(thrown);
                    if (LogFormat.isJson() && command.getCommand() instanceof ServeCommand) {
                        LoggerFactory.getLogger(PulsegraphCommand.class)
                                .error(
                                        "{}",
                                        sentence == null ? "Pulsegraph did not start" : sentence,
                                        sentence == null ? thrown : null);
                    } else if (sentence == null) {
                        thrown.printStackTrace(command.getErr());
                    } else {
                        command.getErr().println(command.getColorScheme().errorText(sentence));
                    }
                    return 1;
                })
                .execute(isServe(arguments) ? prepended(arguments) : arguments);
    }

    /** A training run is not the operator's, and has settings of its own. */
    private static int runWithRightSettings(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandLine line = last.commandSpec().commandLine();
        Object command = last.commandSpec().userObject();
        List<String> options = command instanceof ServeCommand serve ? serve.settings() : List.of();
        List<String> wrong = SettingsCheck.wrongOptions(options);
        if (!wrong.isEmpty()) {
            throw new CommandLine.ParameterException(line, String.join("\n", wrong));
        }
        if (!(command instanceof TrainCommand)) {
            try {
                SettingsCheck.run(options);
            } catch (IllegalArgumentException refused) {
                throw new CommandLine.ExecutionException(line, String.valueOf(refused.getMessage()), refused);
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static Duration duration(String text) {
        return Durations.parse(text)
                .orElseThrow(() -> new CommandLine.TypeConversionException(
                        "`" + text + "` is not a duration; write " + Durations.ALLOWED));
    }

    private static boolean isServe(String[] arguments) {
        return arguments.length == 0 || (arguments[0].startsWith("-") && !OWN_OPTIONS.contains(arguments[0]));
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
