package dev.pulsegraph.database;

import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.security.ApiKeyUsage;
import dev.pulsegraph.security.Caller;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import io.micronaut.transaction.support.TransactionSynchronization;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The one transaction of an operation. It begins by saying on whose behalf it runs; until then the connection may do
 * nothing. Everything it sets ends with it, so nothing can leak into the pool. What callers ask for waits for its turn
 * first, see {@link ConnectionShares}; the server's own work does not.
 */
@Singleton
public class OperationTransaction {
    // Sent together with BEGIN in one round trip. The snapshot of REPEATABLE READ is taken by the second statement.
    private static final String SNAPSHOT = "set transaction isolation level repeatable read, read only; ";
    private static final String BECOME = """
            select set_config('role', ?, true), set_config('app.user_id', ?, true), set_config('app.api_key_id', '', true),
              set_config('app.organization_id', '', true), set_config('app.readable_organizations', '', true),
              set_config('statement_timeout', ?, true), set_config('app.operator', ?, true), set_config('jit', 'off', true)""";
    private static final String USE_KEY = "; select id, organization_id from app.begin_with_api_key(decode(?, 'hex'))";
    // What app.readable_organizations() then answers for the rest of the transaction.
    private static final String LOOK_ONCE =
            "; select set_config('app.readable_organizations', app.organizations_with_role('viewer')::text, true)";
    // Where a query goes on after a statement that failed. It was not used yet, so nothing set before is lost.
    private static final String BEGUN = "; savepoint begun";
    private static final String GO_ON = "rollback to savepoint begun; ";
    private static final String LIMIT = "select set_config('statement_timeout', ?, true)";
    // Sent with the last reads in one round trip. The driver knows that there is nothing left to commit.
    private static final String END = "; commit";
    private static final int PARAMETERS_OF_BEGIN = 4;
    /** Of a user's query: the snapshot, who it is, what they may read, the savepoint. */
    private static final int RESULTS_OF_BEGIN = 4;
    /** A statement that is stopped for its time ends a little later. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final String API = "pulsegraph_api";
    private static final String WORKER = "pulsegraph_worker";

    private final TransactionOperations<Connection> transactions;
    private final Profiles profiles;
    private final ApiKeyUsage keyUsage;
    private final KeyOrganizations keyOrganizations;
    private final ConnectionShares shares;
    private final DatabaseSettings settings;
    private final JsonReader json;

    OperationTransaction(
            TransactionOperations<Connection> transactions,
            Profiles profiles,
            ApiKeyUsage keyUsage,
            KeyOrganizations keyOrganizations,
            ConnectionShares shares,
            DatabaseSettings settings,
            JsonReader json) {
        this.transactions = transactions;
        this.profiles = profiles;
        this.keyUsage = keyUsage;
        this.keyOrganizations = keyOrganizations;
        this.shares = shares;
        this.settings = settings;
        this.json = json;
    }

    /** Runs a query: one snapshot, nothing can be written. */
    public <T> T read(Credentials credentials, Function<Caller, T> work) {
        return read(credentials, Demand.LIGHT, work);
    }

    /** The same of a query that is known to be heavy, or that can wait. */
    public <T> T read(Credentials credentials, Demand demand, Function<Caller, T> work) {
        return shares.take(credentials, demand, () -> inTransaction(credentials, true, work, result -> true));
    }

    /** A query that can say what it reads first. */
    public interface Query<T> {
        /** Said when its turn has come and before its transaction begins. */
        List<Read<?>> first();

        /**
         * What is done in the transaction.
         *
         * @param answers of what is read first, or none where it could not be read together
         */
        T run(Caller caller, List<Outcome<?>> answers);
    }

    /** Runs a query, and reads first what it says in the round trip in which its transaction begins. */
    public <T> T read(Credentials.Token token, Demand demand, Query<T> query) {
        return shares.take(token, demand, () -> {
            List<Read<?>> first = query.first();
            if (!first.isEmpty()) {
                try {
                    return inTransaction(token, first, query);
                } catch (FirstReadsFailed failed) {
                    // One of them is wrong. Alone, the others are answered.
                }
            }
            return inTransaction(token, List.of(), query);
        });
    }

    /**
     * Reads all of it in one round trip of the running transaction, for answers in the same order.
     *
     * @param isLast whether the transaction, which only reads, ends in the same round trip; not when any of it fails
     */
    public List<Outcome<?>> readAll(List<Read<?>> reads, boolean isLast) {
        var together = new Reads(reads);
        String sql = isLast ? together.sql() + END : together.sql();
        try (PreparedStatement statement = transactions.getConnection().prepareStatement(sql)) {
            together.bind(statement, 0);
            statement.execute();
            return together.answers(statement, 0, json);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** Reads it in the running transaction. */
    @SuppressWarnings("unchecked")
    public <R> R read(Read<R> read) {
        return (R) readAll(List.of(read), false).getFirst().get();
    }

    /** Runs a mutation, which is kept only when {@code succeeded} says so of its result. */
    public <T> T write(Credentials credentials, Function<Caller, T> work, Predicate<T> succeeded) {
        return write(credentials, Demand.LIGHT, work, succeeded);
    }

    /** The same of a mutation that is known to be heavy, or that can wait. */
    public <T> T write(Credentials credentials, Demand demand, Function<Caller, T> work, Predicate<T> succeeded) {
        return shares.take(credentials, demand, () -> inTransaction(credentials, false, work, succeeded));
    }

    /** Runs the server's own work, with a timeout of its own. */
    public <T> T asWorker(Duration timeout, Supplier<T> work) {
        return transactions.execute(TransactionDefinition.DEFAULT, status -> {
            try (var begin = status.getConnection().prepareStatement(BECOME)) {
                answerWithin(status.getConnection(), timeout);
                bind(begin, WORKER, "", timeout, false);
                begin.execute();
            } catch (SQLException e) {
                throw new DatabaseException(e);
            }
            return work.get();
        });
    }

    /** Has something done when the running transaction is committed, and not when it is rolled back. */
    public void afterCommit(Runnable work) {
        transactions.findTransactionStatus().orElseThrow().registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }

    /** Gives the statements that follow less time, so that an operation of many slow ones keeps its deadline. */
    public void limitStatements(Duration left) {
        limit(LIMIT, left);
    }

    /**
     * Makes a query after a statement that failed what it was before: in the same snapshot, on behalf of the same caller.
     * What the failed statement had set is forgotten, and so is the limit of time, which is set anew.
     */
    public void resume(Duration left) {
        limit(GO_ON + LIMIT, left);
    }

    private void limit(String sql, Duration left) {
        // 0 would mean no limit at all.
        long milliseconds = Math.max(
                1, Math.min(left.toMillis(), settings.statementTimeout().toMillis()));
        Connection connection = transactions.getConnection();
        try (var limit = connection.prepareStatement(sql)) {
            answerWithin(connection, Duration.ofMillis(milliseconds));
            limit.setString(1, Long.toString(milliseconds));
            limit.execute();
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private <T> T inTransaction(
            Credentials credentials, boolean readOnly, Function<Caller, T> work, Predicate<T> succeeded) {
        if (credentials instanceof Credentials.Token token) {
            requireProfile(token);
        }
        return again(() -> once(credentials, readOnly, work, succeeded));
    }

    private <T> T inTransaction(Credentials.Token token, List<Read<?>> first, Query<T> query) {
        requireProfile(token);
        return again(() -> transactions.execute(
                TransactionDefinition.DEFAULT, status -> query.run(user(token), begin(status, token, first))));
    }

    private void requireProfile(Credentials.Token token) {
        if (!profiles.isKnown(token)) {
            asWorker(settings.statementTimeout(), () -> {
                profiles.save(token);
                return token;
            });
        }
    }

    /** What an altered table undid is done again. */
    private static <T> T again(Supplier<T> transaction) {
        try {
            return transaction.get();
        } catch (RuntimeException e) {
            if (SqlProblems.isStalePlan(e)) {
                return transaction.get();
            }
            throw e;
        }
    }

    private <T> T once(Credentials credentials, boolean readOnly, Function<Caller, T> work, Predicate<T> succeeded) {
        return transactions.execute(TransactionDefinition.DEFAULT, status -> {
            T result = work.apply(begin(status, credentials, readOnly));
            if (!succeeded.test(result)) {
                status.setRollbackOnly();
            }
            return result;
        });
    }

    /** A server that vanished without a word is not waited for, either. The pool takes the limit back. */
    private static void answerWithin(Connection connection, Duration timeout) throws SQLException {
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(timeout.plus(GRACE).toMillis()));
    }

    private Caller begin(TransactionStatus<Connection> status, Credentials credentials, boolean readOnly) {
        Connection connection = status.getConnection();
        try {
            answerWithin(connection, settings.statementTimeout());
            return switch (credentials) {
                case Credentials.Token token -> {
                    beginAsUser(connection, token, readOnly, Reads.NONE);
                    yield user(token);
                }
                case Credentials.Key key -> beginAsKey(connection, key, readOnly);
            };
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private List<Outcome<?>> begin(TransactionStatus<Connection> status, Credentials.Token token, List<Read<?>> first) {
        Connection connection = status.getConnection();
        try {
            answerWithin(connection, settings.statementTimeout());
            return beginAsUser(connection, token, true, new Reads(first));
        } catch (SQLException e) {
            var failure = new DatabaseException(e);
            throw !first.isEmpty() && SqlProblems.isStatement(failure) && !SqlProblems.isStalePlan(failure)
                    ? new FirstReadsFailed(failure)
                    : failure;
        }
    }

    /** Ends a transaction whose first reads were not all answered. */
    private static final class FirstReadsFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FirstReadsFailed(DatabaseException cause) {
            super(cause);
        }
    }

    private List<Outcome<?>> beginAsUser(Connection connection, Credentials.Token token, boolean readOnly, Reads first)
            throws SQLException {
        String sql = (readOnly ? SNAPSHOT + BECOME + LOOK_ONCE + BEGUN : BECOME) + first.after();
        try (var begin = connection.prepareStatement(sql)) {
            bind(begin, API, token.userId().toString(), settings.statementTimeout(), token.operator());
            first.bind(begin, PARAMETERS_OF_BEGIN);
            begin.execute();
            return first.answers(begin, RESULTS_OF_BEGIN, json);
        }
    }

    private static Caller user(Credentials.Token token) {
        return new Caller.User(token.userId(), token.operator());
    }

    private Caller beginAsKey(Connection connection, Credentials.Key key, boolean readOnly) throws SQLException {
        try (var begin = connection.prepareStatement(
                readOnly ? SNAPSHOT + BECOME + USE_KEY + LOOK_ONCE + BEGUN : BECOME + USE_KEY)) {
            bind(begin, API, "", settings.statementTimeout(), false);
            begin.setString(5, key.sha256());
            begin.execute();
            int resultsBefore = readOnly ? 2 : 1;
            for (int i = 0; i < resultsBefore; i++) {
                begin.getMoreResults();
            }
            try (var row = begin.getResultSet()) {
                if (!row.next()) {
                    throw Credentials.Key.unknown();
                }
                var caller = new Caller.Key(row.getObject(1, UUID.class), row.getObject(2, UUID.class));
                keyUsage.record(caller.id());
                keyOrganizations.remember(key, caller.organizationId());
                return caller;
            }
        }
    }

    private static void bind(PreparedStatement begin, String role, String user, Duration timeout, boolean operator)
            throws SQLException {
        begin.setString(1, role);
        begin.setString(2, user);
        begin.setString(3, Long.toString(timeout.toMillis()));
        begin.setString(4, Boolean.toString(operator));
    }
}
