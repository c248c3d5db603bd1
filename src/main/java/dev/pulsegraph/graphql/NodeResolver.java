package dev.pulsegraph.graphql;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.problem.Problem;
import graphql.execution.DataFetcherResult;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code node} and {@code nodes}: any object by its global id, one statement a type. */
@Singleton
class NodeResolver implements Resolver {
    private final ProblemHandler problems;

    NodeResolver(ProblemHandler problems) {
        this.problems = problems;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field(
                        "Query.node",
                        call -> load(wiring, call, "id", call.arguments().text("id")))
                .field("Query.nodes", call -> {
                    List<String> ids = call.arguments().texts("ids");
                    if (ids.size() > PageRequest.MOST) {
                        throw Problem.badInput("ids", ids.size() + " ids are more than " + PageRequest.MOST + ".");
                    }
                    return all(
                            call.environment(),
                            ids.stream().map(id -> element(wiring, call, id)).toList());
                })
                .cost(
                        "Query.nodes",
                        arguments ->
                                Estimate.NONE.with("", arguments.texts("ids").size()));
    }

    /**
     * One future of a list: graphql-java takes the elements of a list as they are. Each that failed is null, with an error of
     * its own.
     */
    private CompletableFuture<DataFetcherResult<List<@Nullable Object>>> all(
            DataFetchingEnvironment environment, List<? extends CompletableFuture<?>> objects) {
        return CompletableFuture.allOf(objects.toArray(CompletableFuture<?>[]::new))
                .handle((done, anyFailure) -> {
                    List<@Nullable Object> found = new ArrayList<>(objects.size());
                    var result = DataFetcherResult.<List<@Nullable Object>>newResult();
                    for (CompletableFuture<?> object : objects) {
                        if (object.isCompletedExceptionally()) {
                            result.error(problems.error(
                                    environment,
                                    environment.getExecutionStepInfo().getPath().segment(found.size()),
                                    object.exceptionNow()));
                            found.add(null);
                        } else {
                            found.add(object.resultNow());
                        }
                    }
                    return result.data(found).build();
                });
    }

    private static CompletableFuture<?> element(Wiring wiring, Call call, String id) {
        try {
            return load(wiring, call, "ids", id);
        } catch (Problem malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private static CompletableFuture<?> load(Wiring wiring, Call call, String argument, String text) {
        GlobalId id = GlobalId.decode(argument, text);
        return wiring.find(call, id.type(), id.uuid());
    }
}
