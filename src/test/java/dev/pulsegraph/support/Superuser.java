package dev.pulsegraph.support;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reaches around row security: sets what the API does not let anybody set, and sees what is really stored. */
@Singleton
public class Superuser {
    private final String url;
    private final String password;

    @Inject
    Superuser() {
        this(TestServer.shared().url(), TestServer.shared().password());
    }

    private Superuser(String url, String password) {
        this.url = url;
        this.password = password;
    }

    /** Of a database beside that of the application. */
    public static Superuser of(TestDatabase database) {
        return new Superuser(database.url(), database.password());
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, "postgres", password);
    }

    /** Answers how many rows that changed. */
    public int execute(String sql, Object... values) {
        try (Connection connection = connect();
                PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    /** The first column as text. */
    public List<@Nullable String> texts(String sql, Object... values) {
        List<@Nullable String> texts = new ArrayList<>();
        try (Connection connection = connect();
                PreparedStatement statement = prepared(connection, sql, values);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    public String text(String sql, Object... values) {
        return String.valueOf(texts(sql, values).getFirst());
    }

    public long number(String sql, Object... values) {
        return Long.parseLong(text(sql, values));
    }

    /** The user who owns an organization. */
    public UUID ownerOf(UUID organization) {
        return UUID.fromString(text(
                "select user_id::text from organization_members where organization_id = ? and role = 'owner'",
                organization));
    }

    /** Has an organization have no embeddings, not even those of posts that were just written. */
    public void forgetEmbeddings(UUID organization) {
        execute("delete from embeddings where organization_id = ?", organization);
        execute("delete from embedding_models where organization_id = ?", organization);
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
