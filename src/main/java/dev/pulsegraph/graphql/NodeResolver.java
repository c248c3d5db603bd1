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
        wiring.read(
                        "Query.node",
                        call -> load(wiring, call, "id", call.arguments().text("id")))
                .field("Query.nodes", call -> {
                    List<String> ids = call.arguments().texts("ids");
                    if (ids.size() > PageRequest.MOST) {
                        throw Problem.badInput("ids", ids.size() + " ids are more than " + PageRequest.MOST + ".");
                    }
                    return call.each(
                            ids.stream().map(id -> element(wiring, call, id)).toList());
                })
                .cost(
                        "Query.nodes",
                        arguments ->
                                Estimate.NONE.with("", arguments.texts("ids").size()));
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
