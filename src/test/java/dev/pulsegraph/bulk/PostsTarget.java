package dev.pulsegraph.bulk;

import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Writes posts, so that the database has a say: {@code POST /v1/test-posts}. Some titles make it fail. */
@Singleton
@Requires(property = "test.bulk")
public class PostsTarget implements BulkSink<String> {
    private final TransactionOperations<Connection> transactions;
    private final AtomicInteger deadlocks = new AtomicInteger();

    PostsTarget(TransactionOperations<Connection> transactions) {
        this.transactions = transactions;
    }

    /** The next so many chunks fail as those do that met another transaction. */
    void failNext(int times) {
        deadlocks.set(times);
    }

    @Override
    public String name() {
        return "test-posts";
    }

    @Override
    public List<String> columns() {
        return List.of("title");
    }

    @Override
    public String parse(Map<String, @Nullable Object> line) {
        if (!(line.get("title") instanceof String title)) {
            throw Problem.badInput("title", "is missing.");
        }
        return title;
    }

    @Override
    public BatchResult write(Caller caller, UUID organization, List<String> titles) {
        try (var insert = transactions
                .getConnection()
                .prepareStatement("insert into posts_core (organization_id, id, title) values (?, ?, ?)")) {
            for (String title : titles) {
                if (title.equals("the database is gone")) {
                    throw new SQLTransientConnectionException("no connection", "08001");
                }
                insert.setObject(1, organization);
                insert.setObject(2, UUID.randomUUID());
                insert.setString(3, title);
                insert.executeUpdate();
            }
            if (deadlocks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("deadlock detected", "40P01");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new BatchResult(titles.size(), 0, List.of());
    }
}
