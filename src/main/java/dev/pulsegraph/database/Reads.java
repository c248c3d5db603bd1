package dev.pulsegraph.database;

import dev.pulsegraph.problem.Outcome;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads that go in one statement of JDBC, and so in one round trip. */
record Reads(List<Read<?>> reads) {
    static final Reads NONE = new Reads(List.of());

    String sql() {
        return reads.stream().map(read -> read.statement().sql()).collect(Collectors.joining("; "));
    }

    /** The same behind another statement. */
    String after() {
        return reads.isEmpty() ? "" : "; " + sql();
    }

    /** @param before how many parameters stand before theirs */
    void bind(PreparedStatement statement, int before) throws SQLException {
        int at = before;
        for (Read<?> read : reads) {
            for (String name : read.statement().names()) {
                at++;
                Object parameter = read.values().get(name);
                if (parameter instanceof Collection<?> array) {
                    String type = array.isEmpty() || array.iterator().next() instanceof UUID ? "uuid" : "text";
                    statement.setArray(at, statement.getConnection().createArrayOf(type, array.toArray()));
                } else {
                    statement.setObject(at, parameter);
                }
            }
        }
    }

    /**
     * The answers, in their order. What cannot be answered for what was read is a failure of this read alone.
     *
     * @param before how many results of the statement, which was executed, come before theirs
     */
    List<Outcome<?>> answers(PreparedStatement statement, int before, JsonReader json) throws SQLException {
        List<Outcome<?>> answers = new ArrayList<>(reads.size());
        if (reads.isEmpty()) {
            return answers;
        }
        for (int i = 0; i < before; i++) {
            statement.getMoreResults();
        }
        for (Read<?> read : reads) {
            if (!answers.isEmpty()) {
                statement.getMoreResults();
            }
            try (ResultSet rows = statement.getResultSet()) {
                answers.add(answer(read, new ReadRows(rows, new Row(rows, json))));
            }
        }
        return answers;
    }

    private static Outcome<?> answer(Read<?> read, Read.Rows rows) {
        try {
            return Outcome.of(read.answer().apply(rows));
        } catch (DatabaseException unreadable) {
            throw unreadable;
        } catch (RuntimeException failure) {
            return Outcome.failed(failure);
        }
    }

    private record ReadRows(ResultSet rows, Row row) implements Read.Rows {
        @Override
        public boolean next() {
            try {
                return rows.next();
            } catch (SQLException e) {
                throw new DatabaseException(e);
            }
        }
    }
}
