package dev.pulsegraph.command;

import dev.pulsegraph.job.JobRun;
import dev.pulsegraph.job.JobRunStatus;
import dev.pulsegraph.job.JobRunner;
import dev.pulsegraph.job.JobState;
import dev.pulsegraph.job.Jobs;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows background jobs and runs one. */
@Command(
        name = "job",
        description = "The background jobs.",
        mixinStandardHelpOptions = true,
        subcommands = {JobCommand.ListAll.class, JobCommand.Run.class},
        synopsisSubcommandLabel = "(list | run)")
final class JobCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.err.println("A subcommand is required: `job list` or `job run NAME`.");
        return 2;
    }

    @Command(
            name = "list",
            description = "Shows each job, its interval and its last run.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Override
        public Integer call() {
            return CommandEnvironment.withApplication(context -> {
                context.getBean(Jobs.class).listAsWorker().forEach(ListAll::print);
                return 0;
            });
        }

        private static void print(JobState state) {
            JobRun last = state.lastRun();
            System.out.printf(
                    "%s, every %s, %s%n    %s%n",
                    state.job().name(),
                    state.job().interval().toString().substring(2).toLowerCase(Locale.ROOT),
                    last == null
                            ? "never ran"
                            : last.status().name().toLowerCase(Locale.ROOT) + ", begun " + last.startedAt() + " on "
                                    + last.node() + (last.message() == null ? "" : ": " + last.message()),
                    state.job().description());
        }
    }

    @Command(
            name = "run",
            description =
                    "Runs a job in this process, regardless of its interval. Exits 1 when it fails or is already running.",
            mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Name of the job, such as jobs.prune; `job list` shows all.")
        String name = "";

        @Override
        public Integer call() {
            return CommandEnvironment.withApplication(context -> {
                JobRun run = context.getBean(JobRunner.class).run(name);
                boolean succeeded = run.status() == JobRunStatus.SUCCEEDED;
                (succeeded ? System.out : System.err).println(run.message());
                return succeeded ? 0 : 1;
            });
        }
    }
}
