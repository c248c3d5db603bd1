package dev.pulsegraph;

import dev.pulsegraph.command.PulsegraphCommand;

/** The command line. */
public final class Application {
    private Application() {}

    public static void main(String[] arguments) {
        int exitCode = PulsegraphCommand.run(arguments);
        if (exitCode != PulsegraphCommand.KEEP_RUNNING) {
            System.exit(exitCode);
        }
    }
}
