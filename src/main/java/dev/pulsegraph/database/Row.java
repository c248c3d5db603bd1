package dev.pulsegraph.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The columns of a row by their positions, from 1. What is called {@code find} may be null. */
public final class Row {
    private final ResultSet rows;
    private final JsonReader json;

    Row(ResultSet rows, JsonReader json) {
        this.rows = rows;
        this.json = json;
    }

    public UUID uuid(int column) {
        return Objects.requireNonNull(findUuid(column));
    }

    public @Nullable UUID findUuid(int column) {
        return read(() -> (UUID) rows.getObject(column));
    }

    public String text(int column) {
        return Objects.requireNonNull(findText(column));
    }

    public @Nullable String findText(int column) {
        return read(() -> rows.getString(column));
    }

    public Instant instant(int column) {
        return Objects.requireNonNull(findInstant(column));
    }

    public @Nullable Instant findInstant(int column) {
        OffsetDateTime at = read(() -> rows.getObject(column, OffsetDateTime.class));
        return at == null ? null : at.toInstant();
    }

    public @Nullable LocalDate findDate(int column) {
        return read(() -> rows.getObject(column, LocalDate.class));
    }

    public byte @Nullable [] findBytes(int column) {
        return read(() -> rows.getBytes(column));
    }

    public boolean flag(int column) {
        return Objects.requireNonNull(read(() -> rows.getBoolean(column)));
    }

    public long count(int column) {
        return Objects.requireNonNull(findLong(column));
    }

    public @Nullable Long findLong(int column) {
        return read(() -> {
            long number = rows.getLong(column);
            return rows.wasNull() ? null : number;
        });
    }

    public @Nullable Integer findInteger(int column) {
        return read(() -> {
            int number = rows.getInt(column);
            return rows.wasNull() ? null : number;
        });
    }

    public @Nullable Double findNumber(int column) {
        return read(() -> {
            double number = rows.getDouble(column);
            return rows.wasNull() ? null : number;
        });
    }

    /** The elements of an array, none of them null. */
    @SuppressWarnings("unchecked")
    public <T> List<T> list(int column) {
        return (List<T>) Objects.requireNonNull(findList(column));
    }

    public @Nullable List<?> findList(int column) {
        return read(() -> {
            Array array = rows.getArray(column);
            return array == null ? null : List.of((Object[]) array.getArray());
        });
    }

    /** The instants of an array. */
    public List<Instant> instants(int column) {
        return this.<Timestamp>list(column).stream()
                .map(ProlepticInstants::instant)
                .toList();
    }

    /** A constant, which is stored in small letters. */
    public <E extends Enum<E>> E constant(int column, Class<E> type) {
        return Objects.requireNonNull(findConstant(column, type));
    }

    public <E extends Enum<E>> @Nullable E findConstant(int column, Class<E> type) {
        String name = findText(column);
        return name == null ? null : Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }

    /** What a JSON value says, as {@link JsonReader} reads it. */
    public @Nullable Object findJson(int column) {
        String text = findText(column);
        try {
            return text == null ? null : json.readStored(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <V> @Nullable V read(Column<V> column) {
        try {
            return column.get();
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private interface Column<V> {
        @Nullable
        V get() throws SQLException;
    }
}
