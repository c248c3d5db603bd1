package dev.pulsegraph.graphql;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code node} and {@code nodes}: any object by its global id, one statement a type. */
@Singleton
class NodeResolver implements Resolver {

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
                    return all(ids.stream()
                            .map(id -> load(wiring, call, "ids", id))
                            .toList());
                });
    }

    /** One future of a list: graphql-java takes the elements of a list as they are. */
    private static CompletableFuture<List<?>> all(List<? extends CompletableFuture<?>> objects) {
        return CompletableFuture.allOf(objects.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        objects.stream().map(CompletableFuture::resultNow).toList());
    }

    private static CompletableFuture<?> load(Wiring wiring, Call call, String argument, String text) {
        GlobalId id = GlobalId.decode(argument, text);
        return wiring.find(call, id.type(), id.uuid());
    }
}
