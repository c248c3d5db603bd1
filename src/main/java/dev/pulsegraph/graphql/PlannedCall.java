package dev.pulsegraph.graphql;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.engine.FieldCall;
import dev.pulsegraph.problem.Outcome;
import graphql.language.Field;
import graphql.schema.GraphQLFieldDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A field that is answered by the plan of its operation. */
final class PlannedCall extends Call {
    private final FieldCall call;

    PlannedCall(Operation operation, FieldCall call) {
        super(operation);
        this.call = call;
    }

    @Override
    Object source() {
        return call.source();
    }

    @Override
    Map<String, Object> values() {
        return call.arguments();
    }

    @Override
    GraphQLFieldDefinition definition() {
        return call.definition();
    }

    @Override
    Field field() {
        return call.field();
    }

    @Override
    boolean hasVariable(String name) {
        return call.variables().containsKey(name);
    }

    @Override
    boolean selects(String path) {
        return call.selects(path);
    }

    @Override
    <K, V> CompletableFuture<V> load(String name, K key, Function<Set<K>, Map<K, Outcome<V>>> load) {
        return call.load(name, key, load);
    }

    @Override
    public <K, V> CompletableFuture<V> read(String name, K key, Function<Set<K>, Read<Map<K, V>>> read) {
        return call.read(name, key, keys -> loadAlone(name, keys, read), read);
    }

    @Override
    public <W, V> CompletableFuture<V> read(
            String name, UUID owner, W query, BiFunction<Collection<UUID>, W, Read<Map<UUID, V>>> read) {
        Function<Set<UUID>, Read<Map<UUID, V>>> ofQuery = owners -> read.apply(owners, query);
        return call.read(new Together(name, query), owner, owners -> loadAlone(name, owners, ofQuery), ofQuery);
    }

    /** What owners are asked for who share a statement. */
    private record Together(String name, Object query) {}

    @Override
    CompletableFuture<?> each(List<? extends CompletableFuture<?>> elements) {
        return call.each(elements);
    }
}
