package dev.pulsegraph.database;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of rows whose columns are their components, in the same order. How each is read is decided once a type.
 *
 * @param columns how each component is read
 */
record RecordReader<T>(MethodHandle constructor, List<Column> columns) implements Function<Row, T> {
    private static final Map<Class<?>, RecordReader<?>> KNOWN = new ConcurrentHashMap<>();
    private static final Map<Type, Column> OF_TYPE = Map.ofEntries(
            Map.entry(UUID.class, Row::findUuid),
            Map.entry(String.class, Row::findText),
            Map.entry(Instant.class, Row::findInstant),
            Map.entry(LocalDate.class, Row::findDate),
            Map.entry(byte[].class, Row::findBytes),
            Map.entry(boolean.class, Row::flag),
            Map.entry(int.class, Row::findInteger),
            Map.entry(Integer.class, Row::findInteger),
            Map.entry(long.class, Row::findLong),
            Map.entry(Long.class, Row::findLong),
            Map.entry(double.class, Row::findNumber),
            Map.entry(Double.class, Row::findNumber),
            Map.entry(Object.class, Row::findJson));

    @SuppressWarnings("unchecked")
    static <T> RecordReader<T> of(Class<T> type) {
        return (RecordReader<T>) KNOWN.computeIfAbsent(type, RecordReader::reader);
    }

    private static RecordReader<?> reader(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            MethodHandle made = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .unreflectConstructor(constructor)
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            return new RecordReader<>(
                    made,
                    Arrays.stream(components)
                            .map(component -> column(component.getGenericType()))
                            .toList());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be made of a row", e);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Column column(Type type) {
        Column known = OF_TYPE.get(type);
        if (known != null) {
            return known;
        }
        if (type instanceof Class<?> constants && constants.isEnum()) {
            return (row, column) -> row.findConstant(column, (Class) constants);
        }
        Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
        if (raw == List.class) {
            return Row::findList;
        }
        if (raw == Map.class) {
            return Row::findJson;
        }
        throw new IllegalArgumentException("No column is read as " + type);
    }

    @Override
    public T apply(Row row) {
        return read(row, 1);
    }

    /** Makes a record of the columns from a position on, counted from 1. */
    @SuppressWarnings("unchecked")
    T read(Row row, int first) {
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns.get(i).read(row, first + i);
        }
        try {
            return (T) constructor.invokeExact(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a column at a position, from 1. */
    interface Column {
        @Nullable
        Object read(Row row, int column);
    }
}
