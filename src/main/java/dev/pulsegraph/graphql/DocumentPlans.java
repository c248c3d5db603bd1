package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.engine.Plan;
import dev.pulsegraph.graphql.engine.Planner;
import graphql.Directives;
import graphql.execution.CoercedVariables;
import graphql.language.Directive;
import graphql.language.Document;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.VariableReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The plans of a document. One is made when its operation is first run, for the values of the variables that
 * {@code @skip} and {@code @include} look at, and kept as long as the document is. All that are kept have together at most
 * as many steps as the document has nodes; one that finds no room is made each time.
 */
final class DocumentPlans {
    private static final int BYTES_A_STEP = 300;

    private final Document document;
    private final int nodes;
    private final AtomicInteger steps = new AtomicInteger();
    private final Set<String> conditions = new TreeSet<>();
    private final Map<Variant, Optional<Plan>> known = new ConcurrentHashMap<>();

    /** @param document that can be run */
    DocumentPlans(Document document) {
        this.document = document;
        this.nodes = read(document);
    }

    /** An operation, and the values of the variables that decide what it asks for. */
    private record Variant(OperationDefinition operation, List<@Nullable Object> values) {}

    /** How many nodes there are; finds the variables of conditions. */
    private int read(Node<?> node) {
        if (node instanceof Directive directive && isCondition(directive)) {
            directive.getArguments().forEach(argument -> {
                if (argument.getValue() instanceof VariableReference variable) {
                    conditions.add(variable.getName());
                }
            });
        }
        int found = 1;
        for (Node<?> child : node.getChildren()) {
            found += read(child);
        }
        return found;
    }

    private static boolean isCondition(Directive directive) {
        return directive.getName().equals(Directives.SkipDirective.getName())
                || directive.getName().equals(Directives.IncludeDirective.getName());
    }

    int nodes() {
        return nodes;
    }

    /** How much memory those take that are kept. */
    int bytes() {
        return BYTES_A_STEP * steps.get();
    }

    /** The plan of a query; null when it is for graphql-java to answer. */
    @Nullable
    Plan plan(Planner planner, OperationDefinition query, CoercedVariables variables) {
        List<@Nullable Object> values = new ArrayList<>(conditions.size());
        conditions.forEach(name -> values.add(variables.get(name)));
        var variant = new Variant(query, values);
        Optional<Plan> plan = known.get(variant);
        if (plan == null) {
            plan = Optional.ofNullable(planner.plan(document, query, variables));
            keep(variant, plan);
        }
        return plan.orElse(null);
    }

    private void keep(Variant variant, Optional<Plan> plan) {
        int more = plan.map(Plan::steps).orElse(1);
        if (steps.addAndGet(more) > nodes || known.putIfAbsent(variant, plan) != null) {
            steps.addAndGet(-more);
        }
    }
}
