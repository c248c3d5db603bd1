package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.engine.FieldCall;
import dev.pulsegraph.problem.Outcome;
import graphql.language.Field;
import graphql.schema.GraphQLFieldDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
    CompletableFuture<?> each(List<? extends CompletableFuture<?>> elements) {
        return call.each(elements);
    }
}
