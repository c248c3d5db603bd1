package dev.pulsegraph.graphql;

import dev.pulsegraph.security.Caller;
import graphql.schema.DataFetchingEnvironment;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.MappedBatchLoader;

/** One field being answered: what a resolver needs of graphql-java, and no more. */
public final class Call {
    private final DataFetchingEnvironment environment;

    Call(DataFetchingEnvironment environment) {
        this.environment = environment;
    }

    /** The object the field belongs to. */
    public <S> S source(Class<S> type) {
        return type.cast(Objects.requireNonNull(environment.<Object>getSource()));
    }

    public Arguments arguments() {
        return Arguments.of(environment.getArguments());
    }

    /** The one argument of a mutation. */
    public Arguments input() {
        return arguments().input("input");
    }

    public Caller caller() {
        return Operation.of(environment).caller();
    }

    void dependsOn(String topic, UUID organization) {
        Operation.of(environment).dependsOn(topic, organization);
    }

    /** Whether any of these fields below this one was selected, such as {@code totals/visitors}. */
    public boolean asksFor(String... fields) {
        for (String field : fields) {
            if (environment.getSelectionSet().contains(field)) {
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
        Operation operation = Operation.of(environment);
        environment.getDataLoaderRegistry().computeIfAbsent(name, any -> loader(operation, name, load));
        return Objects.requireNonNull(environment.<K, V>getDataLoader(name)).load(key);
    }

    /**
     * Like {@link #batch}, for a field with arguments: owners asked for the same thing share a statement.
     *
     * @param owner whose list it is
     * @param wanted what is asked of it; equal for equal arguments
     */
    public <W, V> CompletableFuture<V> batch(
            String name, UUID owner, W wanted, BiFunction<Collection<UUID>, W, Map<UUID, V>> load) {
        return batch(name, new Wanted<>(owner, wanted), keys -> {
            Map<W, Set<UUID>> owners = new HashMap<>();
            keys.forEach(key -> owners.computeIfAbsent(key.what(), any -> new LinkedHashSet<>())
                    .add(key.owner()));
            Map<Wanted<W>, V> found = new HashMap<>();
            owners.forEach((what, ids) ->
                    load.apply(ids, what).forEach((id, value) -> found.put(new Wanted<>(id, what), value)));
            return found;
        });
    }

    private static <K, V> DataLoader<K, V> loader(Operation operation, String name, Function<Set<K>, Map<K, V>> load) {
        MappedBatchLoader<K, V> batch =
                keys -> CompletableFuture.completedFuture(operation.timed(name, () -> load.apply(keys)));
        return DataLoaderFactory.newMappedDataLoader(batch);
    }

    private record Wanted<W>(UUID owner, W what) {}
}
