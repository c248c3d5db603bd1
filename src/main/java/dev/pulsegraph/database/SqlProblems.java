package dev.pulsegraph.database;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Fault;
import dev.pulsegraph.problem.Problem;
import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a failed statement means to the caller. The sentence of a constraint is its comment in the database
 * ({@code "slug: already taken."}), so the rule and its words have one home; our own refusals are raised with the codes
 * {@code PG4xx}.
 */
@Singleton
public class SqlProblems {
    private static final String SENTENCES = """
            select conname as name, obj_description(oid, 'pg_constraint') as sentence from pg_constraint
            where obj_description(oid, 'pg_constraint') is not null
            union all
            select relname, obj_description(oid, 'pg_class') from pg_class
            where relkind = 'i' and obj_description(oid, 'pg_class') is not null""";

    private static final Logger LOG = LoggerFactory.getLogger(SqlProblems.class);

    private final DataSource pool;
    private final OutageLog outages = new OutageLog(System::nanoTime);
    private final AtomicReference<@Nullable Map<String, String>> sentences = new AtomicReference<>();

    SqlProblems(DataSource pool) {
        this.pool = DelegatingDataSource.unwrapDataSource(pool);
    }

    /** What a caller is told of a failure. What is nobody's business is masked and logged. */
    public Problem told(Object what, Throwable thrown) {
        return of(thrown).orElseGet(() -> {
            Fault fault = Fault.masked();
            LOG.atError()
                    .addKeyValue("correlationId", fault.correlationId())
                    .setCause(thrown)
                    .log("{} failed, correlation id {}", what, fault.correlationId());
            return fault;
        });
    }

    /** The problem behind an exception, or empty when it is a fault of ours. */
    public Optional<Problem> of(Throwable thrown) {
        if (isUnreachable(thrown)) {
            boolean isFull = hasState(thrown, state -> state.startsWith("53") && !state.equals("53300"));
            String what = isFull ? "The database has no room left" : "The database cannot be reached";
            outages.note(what, thrown);
            return Optional.of(Problem.of(ErrorCode.UNAVAILABLE, what + " at the moment; try again in a few seconds."));
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return Optional.of(problem);
            }
            if (cause instanceof SQLException sql) {
                return Optional.ofNullable(problem(sql));
            }
        }
        return Optional.empty();
    }

    /** Like {@link #of}, of a statement that writes items somebody sent: data that PostgreSQL cannot read is their fault. */
    public Optional<Problem> ofItems(Throwable thrown) {
        Optional<Problem> problem = of(thrown);
        if (problem.isPresent() || !hasState(thrown, state -> state.startsWith("22"))) {
            return problem;
        }
        LOG.warn("The database rejected an item that validation should have rejected", thrown);
        return Optional.of(Problem.of(ErrorCode.BAD_USER_INPUT, "A value is not of the form that can be stored."));
    }

    /** Whether the statement failed only because an earlier one of the same transaction had. */
    public static boolean isAftermath(Throwable thrown) {
        return hasState(thrown, state -> state.equals("25P02"));
    }

    /** Whether the transaction failed only for what somebody else did at the same moment, so that it may be done again. */
    public static boolean isPassing(Throwable thrown) {
        return hasState(thrown, state -> state.equals("40001") || state.equals("40P01")) || isStalePlan(thrown);
    }

    /** Whether a table was changed since the statement was prepared. The driver has forgotten it and prepares it anew. */
    public static boolean isStalePlan(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && "0A000".equals(sql.getSQLState())
                    && serverMessage(sql).contains("cached plan must not change result type")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a statement failed, so that its transaction takes no other before it is rolled back. */
    public static boolean isStatement(Throwable thrown) {
        return hasState(thrown, state -> true);
    }

    /** Whether a statement failed for what is in some row, so that it may do for others. */
    public static boolean isOfSomeRow(Throwable thrown) {
        return hasState(thrown, state -> Stream.of("22", "23", "54", "P0", "PG").anyMatch(state::startsWith));
    }

    /**
     * Whether the database cannot be reached, is going away, or has no connection, memory or room on its disk left: whoever comes
     * again later may be served.
     */
    public static boolean isUnreachable(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            // A connection that breaks in the middle is told of by the second kind, when it can't be given back in
            // order.
            if (cause instanceof SQLTransientConnectionException || cause instanceof ConnectionException) {
                return true;
            }
        }
        return hasState(thrown, state -> state.startsWith("08") || state.startsWith("57P0") || state.startsWith("53"));
    }

    private static boolean hasState(Throwable thrown, Predicate<String> wanted) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null && wanted.test(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Problem problem(SQLException e) {
        return switch (String.valueOf(e.getSQLState())) {
            case "PG400" -> raised(ErrorCode.BAD_USER_INPUT, e);
            case "PG403" -> raised(ErrorCode.FORBIDDEN, e);
            case "PG404" -> raised(ErrorCode.NOT_FOUND, e);
            case "PG409" -> raised(ErrorCode.CONFLICT, e);
            case "PG413" -> raised(ErrorCode.LIMIT_EXCEEDED, e);
            case "23505" -> constraint(ErrorCode.CONFLICT, e);
            case "23503" -> constraint(ErrorCode.NOT_FOUND, e);
            case "23502", "23514" -> constraint(ErrorCode.BAD_USER_INPUT, e);
            case "42501" -> Problem.forbiddenByRole();
            case "57014" -> Problem.of(ErrorCode.TIMEOUT, "The operation took too long and was stopped; ask for less.");
            case "40001", "40P01" ->
                Problem.of(ErrorCode.CONFLICT, "Somebody changed the same thing at the same moment; try again.");
            case "22021", "22P05" ->
                Problem.of(ErrorCode.BAD_USER_INPUT, "A text holds a character that cannot be stored, such as NUL.");
            case "21000" -> Problem.of(ErrorCode.BAD_USER_INPUT, "The same thing is named twice in one list.");
            case "22003", "22008" -> Problem.of(ErrorCode.BAD_USER_INPUT, "A number or a time is out of range.");
            default -> null;
        };
    }

    private static Problem raised(ErrorCode code, SQLException e) {
        return Problem.parse(code, serverMessage(e));
    }

    private @Nullable Problem constraint(ErrorCode code, SQLException e) {
        String name = e instanceof PSQLException psql && psql.getServerErrorMessage() != null
                ? psql.getServerErrorMessage().getConstraint()
                : null;
        String sentence = name == null ? null : sentences().get(name);
        return sentence == null ? null : Problem.parse(code, sentence);
    }

    private static String serverMessage(SQLException e) {
        return e instanceof PSQLException psql && psql.getServerErrorMessage() != null
                ? String.valueOf(psql.getServerErrorMessage().getMessage())
                : String.valueOf(e.getMessage());
    }

    private Map<String, String> sentences() {
        Map<String, String> known = sentences.get();
        if (known == null) {
            known = load();
            sentences.set(known);
        }
        return known;
    }

    /** The catalogue is public to every login, so this needs no role, and no part in the failed transaction. */
    private Map<String, String> load() {
        Map<String, String> found = new HashMap<>();
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(SENTENCES)) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getString(2));
            }
            return Map.copyOf(found);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }
}
