package dev.pulsegraph.graphql;

import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.JsonSize;
import dev.pulsegraph.request.Names;
import dev.pulsegraph.request.Patch;
import dev.pulsegraph.request.Storable;
import dev.pulsegraph.time.DateUnit;
import dev.pulsegraph.time.RequestedDays;
import dev.pulsegraph.time.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a field, or the fields of an input, already of the types the schema names.
 *
 * @param values by name; absent and null differ
 */
public record Arguments(Map<String, @Nullable Object> values) {

    /** Whether the caller gave it, be it null. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** What an update does to a column that may be null. */
    public <T> Patch<T> patch(String name, Function<String, @Nullable T> find) {
        return new Patch<>(has(name), find.apply(name));
    }

    /** What an update does to a column that is never null: null when it leaves it. */
    public <T> @Nullable T change(String name, Function<String, T> required) {
        return has(name) ? required.apply(name) : null;
    }

    public @Nullable String findText(String name) {
        return checked(name, find(name, String.class));
    }

    public String text(String name) {
        return required(name, findText(name));
    }

    public @Nullable List<String> findTexts(String name) {
        List<String> texts = findList(name, String.class);
        if (texts != null) {
            texts.forEach(text -> checked(name, text));
        }
        return texts;
    }

    public List<String> texts(String name) {
        return required(name, findTexts(name));
    }

    /** What names something: blanks around it do not count. */
    public @Nullable String findName(String name) {
        String text = findText(name);
        return text == null ? null : Names.trimmed(text);
    }

    /** The same of so many characters at most, and not an empty one. */
    public @Nullable String findName(String name, int maxLength) {
        String found = findName(name);
        if (found != null && (found.isEmpty() || CodePoints.length(found) > maxLength)) {
            throw Problem.badInput(
                    name, "`" + Problem.shown(found) + "` does not have 1 to " + maxLength + " characters.");
        }
        return found;
    }

    public String name(String name) {
        return required(name, findName(name));
    }

    public String name(String name, int maxLength) {
        return required(name, findName(name, maxLength));
    }

    public @Nullable List<String> findNames(String name) {
        List<String> texts = findTexts(name);
        return texts == null ? null : texts.stream().map(Names::trimmed).toList();
    }

    public List<String> names(String name) {
        return required(name, findNames(name));
    }

    public @Nullable Integer findInt(String name) {
        return find(name, Integer.class);
    }

    public @Nullable Long findLong(String name) {
        return find(name, Long.class);
    }

    public @Nullable Double findDouble(String name) {
        Double number = find(name, Double.class);
        if (number != null && !Double.isFinite(number)) {
            throw Problem.badInput(name, "is too large for a number.");
        }
        return number;
    }

    public @Nullable List<Double> findDoubles(String name) {
        return findList(name, Double.class);
    }

    public boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    public @Nullable Instant findInstant(String name) {
        return find(name, Instant.class);
    }

    public Instant instant(String name) {
        return required(name, findInstant(name));
    }

    public TimeRange range(String name) {
        return required(name, findRange(name));
    }

    public @Nullable TimeRange findRange(String name) {
        Arguments range = findInput(name);
        return range == null ? null : new TimeRange(range.instant("from"), range.instant("to"));
    }

    /** Days as {@code DateRange} says them. */
    public RequestedDays days(String name) {
        Arguments days = input(name);
        return new RequestedDays(
                days.findDate("from"),
                days.findDate("to"),
                days.findInt("last"),
                days.findEnum("unit", DateUnit.class));
    }

    /** How many rows of a list are asked for by {@code first}, where that list is no connection. */
    public int first(int otherwise, int max) {
        return PageRequest.size("first", findInt("first"), otherwise, max);
    }

    public @Nullable LocalDate findDate(String name) {
        return find(name, LocalDate.class);
    }

    public <E extends Enum<E>> @Nullable E findEnum(String name, Class<E> type) {
        String value = find(name, String.class);
        return value == null ? null : Enum.valueOf(type, value);
    }

    public <E extends Enum<E>> E enumValue(String name, Class<E> type) {
        return required(name, findEnum(name, type));
    }

    public <E extends Enum<E>> @Nullable List<E> findEnums(String name, Class<E> type) {
        List<String> values = findList(name, String.class);
        return values == null
                ? null
                : values.stream().map(value -> Enum.valueOf(type, value)).toList();
    }

    /** The UUID inside a global id of the given type; an id of another type is bad input. */
    public @Nullable UUID findId(String name, String type) {
        String id = find(name, String.class);
        if (id == null) {
            return null;
        }
        GlobalId global = GlobalId.decode(name, id);
        if (!global.type().equals(type)) {
            throw Problem.badInput(
                    name,
                    "`" + Problem.shown(id) + "` is the id of something else: of type " + Problem.shown(global.type())
                            + ", not " + type + ".");
        }
        return global.uuid();
    }

    public UUID id(String name, String type) {
        return required(name, findId(name, type));
    }

    /** A JSON object; any other JSON is bad input. */
    public @Nullable Map<String, Object> findObject(String name) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked")
            Map<String, Object> object = (Map<String, Object>) map;
            String fault = JsonSize.of(object).fault();
            if (fault != null) {
                throw Problem.badInput(name, fault);
            }
            return object;
        }
        throw Problem.badInput(name, "a JSON object is needed, such as {\"key\": \"value\"}.");
    }

    public Map<String, Object> object(String name) {
        return required(name, findObject(name));
    }

    public Arguments input(String name) {
        return required(name, findInput(name));
    }

    public @Nullable Arguments findInput(String name) {
        Map<?, ?> input = find(name, Map.class);
        return input == null ? null : of(input);
    }

    public List<Arguments> inputs(String name) {
        return required(name, findInputs(name));
    }

    public @Nullable List<Arguments> findInputs(String name) {
        @SuppressWarnings("rawtypes")
        List<Map> inputs = findList(name, Map.class);
        return inputs == null ? null : inputs.stream().map(Arguments::of).toList();
    }

    /** The fields of each input of a list. */
    public @Nullable List<Map<String, @Nullable Object>> findFields(String name) {
        List<Arguments> inputs = findInputs(name);
        return inputs == null ? null : inputs.stream().map(Arguments::values).toList();
    }

    /** The fields of the items of a batch, as many as are allowed. */
    public List<Map<String, @Nullable Object>> items(BatchArgument argument) {
        return argument.bounded(required(argument.name(), findFields(argument.name())));
    }

    private static @Nullable String checked(String name, @Nullable String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw Problem.badInput(name, "it holds the character NUL, which cannot be stored.");
        }
        if (text != null && !Storable.isStorable(text)) {
            throw Problem.badInput(name, "holds half of a surrogate pair, which is not a character.");
        }
        return text;
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw Problem.badInput(name, "may be omitted, but must not be null.");
        }
        return value;
    }

    static Arguments of(Map<?, ?> input) {
        Map<String, @Nullable Object> values = new HashMap<>();
        input.forEach((key, value) -> values.put(String.valueOf(key), value));
        return new Arguments(values);
    }

    private <T> @Nullable T find(String name, Class<T> type) {
        return type.cast(values.get(name));
    }

    private <T> @Nullable List<T> findList(String name, Class<T> type) {
        Collection<?> list = find(name, Collection.class);
        return list == null ? null : list.stream().map(type::cast).toList();
    }
}
