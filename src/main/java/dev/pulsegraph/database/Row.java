package dev.pulsegraph.database;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The columns of a row by their positions, from 1. What is called {@code find} may be null. */
public final class Row {
    private final ResultSet rows;
    private final JsonMapper json;

    Row(ResultSet rows, JsonMapper json) {
        this.rows = rows;
        this.json = json;
    }

    public UUID uuid(int column) {
        return Objects.requireNonNull(findUuid(column));
    }

    public @Nullable UUID findUuid(int column) {
        try {
            return (UUID) rows.getObject(column);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    public String text(int column) {
        return Objects.requireNonNull(findText(column));
    }

    public @Nullable String findText(int column) {
        try {
            return rows.getString(column);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    public Instant instant(int column) {
        return Objects.requireNonNull(findInstant(column));
    }

    public @Nullable Instant findInstant(int column) {
        try {
            OffsetDateTime at = rows.getObject(column, OffsetDateTime.class);
            return at == null ? null : at.toInstant();
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    public double number(int column) {
        try {
            return rows.getDouble(column);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    public List<String> texts(int column) {
        try {
            Array array = rows.getArray(column);
            return List.of((String[]) array.getArray());
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** A constant, which is stored in small letters. */
    public <E extends Enum<E>> E constant(int column, Class<E> type) {
        return Enum.valueOf(type, text(column).toUpperCase(Locale.ROOT));
    }

    /** A JSON object. */
    public Map<String, Object> object(int column) {
        Map<String, Object> object = new LinkedHashMap<>();
        try {
            if (json.readValue(text(column), Object.class) instanceof Map<?, ?> map) {
                map.forEach((name, value) -> object.put(String.valueOf(name), value));
            }
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
