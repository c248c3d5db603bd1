package dev.pulsegraph.graphql.engine;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.problem.Outcome;
import graphql.execution.CoercedVariables;
import graphql.language.Field;
import graphql.schema.GraphQLFieldDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A field of one object that is being answered. */
public final class FieldCall {
    private final PlanRun run;
    private final Step step;
    private final Object source;

    FieldCall(PlanRun run, Step step, Object source) {
        this.run = run;
        this.step = step;
        this.source = source;
    }

    public Object source() {
        return source;
    }

    public Map<String, Object> arguments() {
        return run.arguments(step);
    }

    public GraphQLFieldDefinition definition() {
        return step.definition();
    }

    /** The field in the document; of several that were merged, the first. */
    public Field field() {
        return step.merged().getSingleField();
    }

    public CoercedVariables variables() {
        return run.variables();
    }

    /** Whether a field below is asked for, by the names of the schema with slashes between them. */
    public boolean selects(String path) {
        return step.shape().selects(List.of(path.split("/", -1)));
    }

    /** The value of a key, loaded together with all other keys that this level wants of the same name. */
    public <K, V> CompletableFuture<V> load(String name, K key, Function<Set<K>, Map<K, Outcome<V>>> load) {
        return run.batches().load(name, key, load, null);
    }

    /**
     * The value of a key, read together with other keys and whatever else this level reads.
     *
     * @param together equal for keys of one statement
     * @param load loads them alone
     * @param read says how they are read
     */
    public <K, V> CompletableFuture<V> read(
            Object together, K key, Function<Set<K>, Map<K, Outcome<V>>> load, Function<Set<K>, Read<Map<K, V>>> read) {
        return run.batches().load(together, key, load, read);
    }

    /** A list each of whose elements may fail alone. */
    public CompletableFuture<List<?>> each(List<? extends CompletableFuture<?>> elements) {
        return CompletableFuture.allOf(elements.toArray(CompletableFuture<?>[]::new))
                .handle((done, anyFailure) ->
                        elements.stream().map(PlanRun::settled).toList());
    }
}
