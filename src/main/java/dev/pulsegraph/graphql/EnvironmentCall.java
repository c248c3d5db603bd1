package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.engine.FieldFailure;
import dev.pulsegraph.problem.Outcome;
import graphql.execution.DataFetcherResult;
import graphql.execution.ResultPath;
import graphql.language.Field;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLFieldDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.MappedBatchLoader;
import org.dataloader.Try;
import org.jspecify.annotations.Nullable;

/** A field that is answered by graphql-java. */
final class EnvironmentCall extends Call {
    private final DataFetchingEnvironment environment;
    private final ProblemHandler problems;

    EnvironmentCall(DataFetchingEnvironment environment, ProblemHandler problems) {
        super(Operation.of(environment));
        this.environment = environment;
        this.problems = problems;
    }

    @Override
    Object source() {
        return Objects.requireNonNull(environment.<Object>getSource());
    }

    @Override
    Map<String, Object> values() {
        return environment.getArguments();
    }

    @Override
    GraphQLFieldDefinition definition() {
        return environment.getFieldDefinition();
    }

    @Override
    Field field() {
        return environment.getField();
    }

    @Override
    boolean hasVariable(String name) {
        return environment.getVariables().containsKey(name);
    }

    @Override
    boolean selects(String path) {
        return environment.getSelectionSet().contains(path);
    }

    @Override
    <K, V> CompletableFuture<V> load(String name, K key, Function<Set<K>, Map<K, Outcome<V>>> load) {
        environment.getDataLoaderRegistry().computeIfAbsent(name, any -> loader(load));
        return Objects.requireNonNull(environment.<K, V>getDataLoader(name)).load(key);
    }

    private static <K, V> DataLoader<K, V> loader(Function<Set<K>, Map<K, Outcome<V>>> load) {
        MappedBatchLoader<K, Try<V>> batch = keys -> {
            Map<K, Try<V>> answers = new HashMap<>();
            load.apply(keys)
                    .forEach((key, outcome) -> answers.put(
                            key,
                            outcome.failure() == null
                                    ? Try.succeeded(outcome.value())
                                    : Try.failed(outcome.failure())));
            return CompletableFuture.completedFuture(answers);
        };
        return DataLoaderFactory.newMappedDataLoaderWithTry(batch);
    }

    /** One future of a list: graphql-java takes the elements of a list as they are. */
    @Override
    CompletableFuture<DataFetcherResult<List<@Nullable Object>>> each(List<? extends CompletableFuture<?>> elements) {
        return CompletableFuture.allOf(elements.toArray(CompletableFuture<?>[]::new))
                .handle((done, anyFailure) -> {
                    List<@Nullable Object> found = new ArrayList<>(elements.size());
                    var result = DataFetcherResult.<List<@Nullable Object>>newResult();
                    ResultPath path = environment.getExecutionStepInfo().getPath();
                    for (CompletableFuture<?> element : elements) {
                        if (element.isCompletedExceptionally()) {
                            FieldFailure failure = ProblemHandler.failure(
                                    environment, path.segment(found.size()), element.exceptionNow());
                            result.error(problems.error(Operation.of(environment), failure));
                            found.add(null);
                        } else {
                            found.add(element.resultNow());
                        }
                    }
                    return result.data(found).build();
                });
    }
}
