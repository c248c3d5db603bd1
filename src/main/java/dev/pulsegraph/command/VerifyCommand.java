package dev.pulsegraph.command;

import dev.pulsegraph.database.Verification;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Checks the database and answers with an exit code. */
@Command(
        name = "verify",
        description = "Checks migrations, isolation of tenants, indexes and constraints. Exits 1 when a check fails.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        try (CommandEnvironment environment = CommandEnvironment.open()) {
            List<Verification.Check> checks = Verification.run(environment.owner(), environment.login());
            for (Verification.Check check : checks) {
                System.out.println((check.findings().isEmpty() ? "ok    " : "FAIL  ") + check.name());
                check.findings().forEach(finding -> System.out.println("        " + finding));
            }
            return checks.stream().allMatch(check -> check.findings().isEmpty()) ? 0 : 1;
        }
    }
}
