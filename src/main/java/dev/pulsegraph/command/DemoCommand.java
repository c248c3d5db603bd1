package dev.pulsegraph.command;

import dev.pulsegraph.demo.Demo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Loads and resets the demo organizations. */
@Command(
        name = "demo",
        description = "The demo organizations acme and globex.",
        mixinStandardHelpOptions = true,
        subcommands = {DemoCommand.Load.class, DemoCommand.Reset.class},
        synopsisSubcommandLabel = "(load | reset)")
final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.err.println("A subcommand is required: `demo load` or `demo reset`.");
        return 2;
    }

    @Command(
            name = "load",
            description = "Loads the demo unless it is already loaded.",
            mixinStandardHelpOptions = true)
    static final class Load implements Callable<Integer> {
        @Override
        public Integer call() {
            return CommandEnvironment.withApplication(context -> {
                System.out.println(
                        context.getBean(Demo.class).load() ? "The demo is loaded." : "The demo is already loaded.");
                return 0;
            });
        }
    }

    @Command(
            name = "reset",
            description = "Deletes the organizations acme and globex with all of their data, and loads them again.",
            mixinStandardHelpOptions = true)
    static final class Reset implements Callable<Integer> {
        @Override
        public Integer call() {
            return CommandEnvironment.withApplication(context -> {
                context.getBean(Demo.class).reset();
                System.out.println("The demo is reset.");
                return 0;
            });
        }
    }
}
