package dev.pulsegraph.command;

import dev.pulsegraph.database.AfterMigration;
import dev.pulsegraph.database.DatabaseAccess;
import dev.pulsegraph.database.DatabaseAccount;
import dev.pulsegraph.database.DatabaseContext;
import dev.pulsegraph.database.Migrations;
import dev.pulsegraph.database.SqlProblems;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The database a command works on: the one that is configured, else the embedded one, which a running server may hold.
 *
 * @param owner runs migrations
 * @param login how the server logs in
 */
record CommandEnvironment(ApplicationContext context, Migrations owner, DatabaseAccount login)
        implements AutoCloseable {

    /**
     * Works with the beans of a whole application without its HTTP server. What is refused, by the database too, is told in
     * the sentence that the API has for it.
     */
    static int withApplication(ToIntFunction<ApplicationContext> work) {
        try (ApplicationContext context = ApplicationContext.builder()
                .banner(false)
                .properties(Map.of("pulsegraph.database.attach", true, "pulsegraph.demo.on-first-start", false))
                .start()) {
            try {
                return work.applyAsInt(context);
            } catch (RuntimeException failure) {
                throw context.getBean(SqlProblems.class)
                        .of(failure)
                        .<RuntimeException>map(problem -> new IllegalArgumentException(problem.getMessage(), failure))
                        .orElse(failure);
            }
        }
    }

    /** Without a pool, and without a migration: before the first one nothing else could start. */
    static CommandEnvironment open() {
        ApplicationContext context = DatabaseContext.open();
        try {
            DatabaseAccess access = context.getBean(DatabaseAccess.class);
            return new CommandEnvironment(
                    context, Migrations.of(DatabaseContext.flyway(context), access.requireOwner()), access.login());
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    /** Does what is left to do once the database is migrated. Answers what was done, a sentence each. */
    List<String> finish() {
        return owner.finish(context.getBeansOfType(AfterMigration.class));
    }

    @Override
    public void close() {
        context.close();
    }
}
