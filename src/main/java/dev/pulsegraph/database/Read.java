package dev.pulsegraph.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something to be read, said and not yet done: {@link OperationTransaction} may send it together with others, in one round
 * trip.
 *
 * @param sql one statement with parameters such as {@code :ids}, the same text each time
 * @param values texts, numbers, flags and UUIDs by their names; a collection of UUIDs or of texts is an array
 * @param answer made of all rows
 */
public record Read<R>(String sql, Map<String, ? extends @Nullable Object> values, Function<Rows, R> answer) {

    /** A list of the rows, each read by the positions of its columns. */
    public static <T> Read<List<T>> list(
            String sql, Function<Row, T> row, Map<String, ? extends @Nullable Object> values) {
        return new Read<>(sql, values, rows -> {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row.apply(rows.row()));
            }
            return found;
        });
    }

    /** A list of records whose components are the columns, in the same order. */
    public static <T> Read<List<T>> list(String sql, Class<T> type, Map<String, ? extends @Nullable Object> values) {
        return list(sql, RecordReader.of(type), values);
    }

    /** Records by others: the columns of a row are the components of the key, and behind them those of the value. */
    public static <K, V> Read<Map<K, V>> map(
            String sql, Class<K> key, Class<V> value, Map<String, ? extends @Nullable Object> values) {
        RecordReader<K> keys = RecordReader.of(key);
        RecordReader<V> found = RecordReader.of(value);
        return new Read<>(sql, values, rows -> {
            Map<K, V> map = new HashMap<>();
            while (rows.next()) {
                map.put(
                        keys.apply(rows.row()),
                        found.read(rows.row(), keys.columns().size() + 1));
            }
            return map;
        });
    }

    /** How many there are of each organization: rows of its id and the count. */
    public static Read<Map<UUID, Long>> counts(String sql, Map<String, ? extends @Nullable Object> values) {
        return new Read<>(sql, values, rows -> {
            Map<UUID, Long> counts = new HashMap<>();
            while (rows.next()) {
                counts.put(rows.row().uuid(1), rows.row().count(2));
            }
            return counts;
        });
    }

    /** The same with one more parameter, which may be null. */
    public Read<R> with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new HashMap<>(values);
        more.put(name, value);
        return new Read<>(sql, more, answer);
    }

    /** The same, with something else made of the answer. */
    public <S> Read<S> map(Function<R, S> next) {
        return new Read<>(sql, values, answer.andThen(next));
    }

    Statement statement() {
        return Statement.of(sql);
    }

    /** The rows of an answer, one after the other. */
    public interface Rows {
        boolean next();

        Row row();
    }

    /**
     * A statement as JDBC takes it.
     *
     * @param sql with question marks
     * @param names of the parameters, in their order
     */
    record Statement(String sql, List<String> names) {
        private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-zA-Z]+)");
        private static final Map<String, Statement> KNOWN = new ConcurrentHashMap<>();

        static Statement of(String sql) {
            return KNOWN.computeIfAbsent(sql, Statement::parsed);
        }

        private static Statement parsed(String sql) {
            List<String> names = new ArrayList<>();
            Matcher parameters = PARAMETER.matcher(sql);
            String positional = parameters.replaceAll(found -> {
                names.add(found.group(1));
                return "?";
            });
            return new Statement(positional, List.copyOf(names));
        }
    }
}
