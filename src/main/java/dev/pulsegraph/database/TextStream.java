package dev.pulsegraph.database;

import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads texts of any number in the running transaction, a few at once: the rest waits in the database. */
@Singleton
public class TextStream {
    private static final int ROWS = 200;

    private final TransactionOperations<Connection> transactions;

    TextStream(TransactionOperations<Connection> transactions) {
        this.transactions = transactions;
    }

    /**
     * Reads the first column of each row.
     *
     * @param sql with parameters such as {@code :visitor}, the same text each time
     * @return how many rows
     */
    public long read(String sql, Map<String, ?> values, Consumer<String> text) {
        var reads = new Reads(List.of(new Read<>(sql, values, rows -> true)));
        try (var statement = transactions.getConnection().prepareStatement(reads.sql())) {
            statement.setFetchSize(ROWS);
            reads.bind(statement, 0);
            long count = 0;
            try (ResultSet rows = statement.executeQuery()) {
                for (; rows.next(); count++) {
                    text.accept(rows.getString(1));
                }
            }
            return count;
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }
}
