package dev.pulsegraph.database;

import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Sends many rows to a table, by COPY, in the running transaction. */
@Singleton
public class Copy {
    private static final int CHUNK = 64 * 1024;

    private final TransactionOperations<Connection> transactions;

    Copy(TransactionOperations<Connection> transactions) {
        this.transactions = transactions;
    }

    /**
     * Copies rows.
     *
     * @param statement {@code copy ... from stdin} in the text format
     * @param rows values as PostgreSQL reads them, null for no value
     * @return how many rows
     */
    public long send(String statement, Stream<List<@Nullable String>> rows) {
        return send(statement, copy -> {
            StringBuilder text = new StringBuilder();
            for (List<@Nullable String> row : (Iterable<List<@Nullable String>>) rows::iterator) {
                append(text, row);
                if (text.length() >= CHUNK) {
                    write(copy, text);
                }
            }
            write(copy, text);
        });
    }

    /**
     * Copies rows.
     *
     * @param statement {@code copy ... from stdin (format binary)}
     * @return how many rows
     */
    public long send(String statement, BinaryRows rows) {
        return send(statement, copy -> {
            byte[] bytes = rows.finish();
            copy.writeToCopy(bytes, 0, bytes.length);
        });
    }

    private long send(String statement, Rows rows) {
        try {
            CopyIn copy = transactions
                    .getConnection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(statement);
            try {
                rows.writeTo(copy);
                return copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    @FunctionalInterface
    private interface Rows {
        void writeTo(CopyIn copy) throws SQLException;
    }

    private static void write(CopyIn copy, StringBuilder text) throws SQLException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        text.setLength(0);
    }

    private static void append(StringBuilder text, List<@Nullable String> row) {
        for (int i = 0; i < row.size(); i++) {
            if (i > 0) {
                text.append('\t');
            }
            String value = row.get(i);
            if (value == null) {
                text.append("\\N");
            } else {
                escape(text, value);
            }
        }
        text.append('\n');
    }

    private static void escape(StringBuilder text, String value) {
        int written = 0;
        for (int i = 0; i < value.length(); i++) {
            String escaped = switch (value.charAt(i)) {
                case '\\' -> "\\\\";
                case '\t' -> "\\t";
                case '\n' -> "\\n";
                case '\r' -> "\\r";
                default -> null;
            };
            if (escaped != null) {
                text.append(value, written, i).append(escaped);
                written = i + 1;
            }
        }
        text.append(value, written, value.length());
    }
}
