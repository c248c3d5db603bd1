package dev.pulsegraph.graphql;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Identified;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.security.Caller;
import graphql.language.Field;
import graphql.language.VariableReference;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One field being answered: what a resolver needs, and no more, whichever engine asks it. */
public abstract class Call {
    private final Operation operation;

    Call(Operation operation) {
        this.operation = operation;
    }

    abstract Object source();

    abstract Map<String, Object> values();

    abstract GraphQLFieldDefinition definition();

    /** The field in the document. */
    abstract Field field();

    abstract boolean hasVariable(String name);

    /** Whether a field below this one was selected, by its path of names. */
    abstract boolean selects(String path);

    /** Answers the field together with all others that want something of the same name loaded. */
    abstract <K, V> CompletableFuture<V> load(String name, K key, Function<Set<K>, Map<K, Outcome<V>>> load);

    /** Answers a list. Each element that failed is null, with an error of its own. */
    abstract CompletableFuture<?> each(List<? extends CompletableFuture<?>> elements);

    /** The object the field belongs to. */
    public <S> S source(Class<S> type) {
        return type.cast(source());
    }

    public Arguments arguments() {
        return Arguments.of(values());
    }

    /** The page of a connection that is asked for. What is no argument of the caller's, but a default, contradicts nothing. */
    public PageRequest page(String ordering) {
        Arguments given = arguments();
        GraphQLArgument first = definition().getArgument("first");
        Integer otherwise = GraphQLArgument.getArgumentDefaultValue(first);
        return PageRequest.of(
                isGiven("first") ? given.findInt("first") : null,
                given.findText("after"),
                given.findInt("last"),
                given.findText("before"),
                otherwise == null ? PageRequest.USUAL : otherwise,
                ordering);
    }

    /**
     * A page of an owner's list, together with the pages of all owners that are asked for the same.
     *
     * @param name of the batch
     * @param filter which rows of the list
     */
    public <T, F> CompletableFuture<Connection<T>> connection(
            String name,
            UUID owner,
            String ordering,
            F filter,
            BiFunction<Collection<UUID>, PageQuery<F>, Read<Map<UUID, Connection<T>>>> load) {
        return read(name, owner, new PageQuery<>(page(ordering), filter), load);
    }

    private boolean isGiven(String argument) {
        return field().getArguments().stream()
                .filter(given -> given.getName().equals(argument))
                .anyMatch(given ->
                        !(given.getValue() instanceof VariableReference variable) || hasVariable(variable.getName()));
    }

    /** The one argument of a mutation. */
    public Arguments input() {
        return arguments().input("input");
    }

    public Caller caller() {
        return operation.caller();
    }

    void dependsOn(String topic, UUID organization) {
        operation.dependsOn(topic, organization);
    }

    /** Whether any of these fields below this one was selected, such as {@code totals/visitors}. */
    public boolean asksFor(String... fields) {
        for (String field : fields) {
            if (selects(field)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Answers the field together with all its siblings, in one statement.
     *
     * @param name of the batch: the same for the same {@code load}
     * @param key of this field's answer; an answer may be missing from the map, and is then null
     */
    public <K, V> CompletableFuture<V> batch(String name, K key, Function<Set<K>, Map<K, V>> load) {
        return batchEach(name, key, any -> name, all -> keys -> Outcome.all(load.apply(keys)));
    }

    /**
     * Like {@link #batch}, for a field with arguments: owners asked for the same thing share a statement.
     *
     * @param owner whose list it is
     * @param query what is asked of it; equal for equal arguments
     */
    public <W, V> CompletableFuture<V> batch(
            String name, UUID owner, W query, BiFunction<Collection<UUID>, W, Map<UUID, V>> load) {
        return batchEach(name, owner, query, (owners, what) -> Outcome.all(load.apply(owners, what)));
    }

    /** The same, where what is asked may be refused to one owner and answered to another. */
    public <W, V> CompletableFuture<V> batchEach(
            String name, UUID owner, W query, BiFunction<Collection<UUID>, W, Map<UUID, Outcome<V>>> load) {
        return batchEach(name, new Owned<>(owner, query), Owned::what, all -> keys -> {
            W what = keys.iterator().next().what();
            Map<UUID, Outcome<V>> found =
                    load.apply(keys.stream().map(Owned::owner).toList(), what);
            return found.entrySet().stream()
                    .collect(Collectors.toMap(one -> new Owned<>(one.getKey(), what), Map.Entry::getValue));
        });
    }

    /**
     * Answers the field together with its siblings, each for itself: what is wrong with one of them leaves the others.
     *
     * @param together equal for keys that share a statement
     * @param load reads what all keys have in common, and then answers those that share a statement
     */
    public <K, V> CompletableFuture<V> batchEach(
            String name, K key, Function<K, ?> together, Function<Set<K>, Function<Set<K>, Map<K, Outcome<V>>>> load) {
        return load(name, key, keys -> operation.timed(name, () -> outcomes(operation, keys, together, load)));
    }

    /**
     * Answers the field by a read that is sent together with whatever else is read at the same time.
     *
     * @param name of the batch: the same for the same {@code read}
     * @param key of this field's answer; an answer may be missing from the map, and is then null
     */
    public <K, V> CompletableFuture<V> read(String name, K key, Function<Set<K>, Read<Map<K, V>>> read) {
        return batch(name, key, keys -> operation.read(read.apply(keys)));
    }

    /** An object of a type by its id, all of the type in one statement; null for one the caller may not see. */
    public <T extends Identified> CompletableFuture<T> find(
            String type, UUID id, Function<Collection<UUID>, Read<List<T>>> byIds) {
        return read(type, id, ids -> byIds.apply(ids).map(Identified::byId));
    }

    /** The same of a field with arguments: owners asked for the same thing share a statement. */
    public <W, V> CompletableFuture<V> read(
            String name, UUID owner, W query, BiFunction<Collection<UUID>, W, Read<Map<UUID, V>>> read) {
        return batch(name, owner, query, (owners, what) -> operation.read(read.apply(owners, what)));
    }

    Operation operation() {
        return operation;
    }

    /** Loads keys alone that could be read with others. */
    <K, V> Map<K, Outcome<V>> loadAlone(String name, Set<K> keys, Function<Set<K>, Read<Map<K, V>>> read) {
        return operation.timed(
                name,
                () -> outcomes(
                        operation, keys, any -> name, all -> some -> Outcome.all(operation.read(read.apply(some)))));
    }

    /** Tells how many rows a batch has read whose answers are no lists; of lists it is known. */
    public static void rowsRead(int count) {
        RunningOperation.find().ifPresent(running -> running.operation().usage().rows(count));
    }

    private static <K, V> Map<K, Outcome<V>> outcomes(
            Operation operation,
            Set<K> keys,
            Function<K, ?> together,
            Function<Set<K>, Function<Set<K>, Map<K, Outcome<V>>>> load) {
        Function<Set<K>, Map<K, Outcome<V>>> each = operation.attempt(() -> load.apply(keys));
        Map<Object, Set<K>> parts = new LinkedHashMap<>();
        keys.forEach(key -> parts.computeIfAbsent(together.apply(key), any -> new LinkedHashSet<>())
                .add(key));
        Map<K, Outcome<V>> outcomes = new HashMap<>();
        for (Set<K> part : parts.values()) {
            Map<K, Outcome<V>> found = operation.attemptEach(part, each);
            operation.usage().rows(rows(found.values()));
            outcomes.putAll(found);
        }
        return outcomes;
    }

    private static int rows(Collection<? extends Outcome<?>> outcomes) {
        int rows = 0;
        for (Outcome<?> outcome : outcomes) {
            if (outcome.failure() == null) {
                rows += outcome.value() instanceof Collection<?> list ? list.size() : 1;
            }
        }
        return rows;
    }

    /** What is asked of one owner. */
    private record Owned<W>(UUID owner, W what) {}
}
