package dev.pulsegraph.graphql;

import graphql.Directives;
import graphql.GraphQLContext;
import graphql.GraphQLException;
import graphql.execution.CoercedVariables;
import graphql.execution.ValuesResolver;
import graphql.language.Argument;
import graphql.language.BooleanValue;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLCompositeType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an operation may cost, told before it runs: the objects its answer may hold by the weight of their types, and what
 * fields cost beside by their own, each as often as the lists around it are long. How long they are is told by
 * {@link CostModel}; a list of which nothing is known is taken for one of 10. A mutation costs 10 more a root field.
 * Introspection is free, and so is what {@code @skip} and {@code @include} leave out.
 */
final class Costs {
    /** More than any bound, and still a number that can be told. */
    private static final double ENORMOUS = 1e12;

    private static final double MUTATION = 10;
    private static final int UNKNOWN_LIST = 10;
    /** Sums of tenths are not quite what they should be. */
    private static final double ROUNDING = 1e-6;

    /** Fragments in fragments may select more than anybody reads. */
    private static final int MAX_SELECTIONS = 20_000;

    private final CostModel model;
    private final GraphQLSchema schema;
    private final CoercedVariables variables;
    private final OperationDefinition operation;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Map<Spread, Cost> known = new HashMap<>();
    private final Cost cost;
    private int collected;

    private Costs(
            CostModel model,
            GraphQLSchema schema,
            Document document,
            OperationDefinition operation,
            CoercedVariables variables) {
        this.model = model;
        this.schema = schema;
        this.variables = variables;
        this.operation = operation;
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> fragments.put(fragment.getName(), fragment));
        double changes = operation.getOperation() == OperationDefinition.Operation.MUTATION
                ? MUTATION * operation.getSelectionSet().getSelections().size()
                : 0;
        cost = of(operation.getSelectionSet(), root(), Map.of()).plus(new Cost(changes, changes));
    }

    static Costs of(
            CostModel model,
            GraphQLSchema schema,
            Document document,
            OperationDefinition operation,
            CoercedVariables variables) {
        return new Costs(model, schema, document, operation, variables);
    }

    /** All of it. */
    long total() {
        return rounded(cost.total);
    }

    /** The part of it that is no object of the answer. */
    double work() {
        return Math.min(ENORMOUS, cost.work);
    }

    /** What costs most, by its path; each with what is below it. */
    List<Part> parts(int most) {
        List<Part> parts = new ArrayList<>();
        collected = 0;
        collect(parts, operation.getSelectionSet(), root(), Map.of(), "", 1);
        return parts.stream()
                .sorted(Comparator.comparingLong(Part::cost).reversed())
                .limit(most)
                .toList();
    }

    /**
     * A field that is large.
     *
     * @param path by the names in the answer, with dots between them
     * @param what makes it large; empty when that is seen
     */
    record Part(String path, long cost, String what) {}

    /**
     * @param total of everything
     * @param work what of it is no object
     */
    private record Cost(double total, double work) {
        static final Cost NONE = new Cost(0, 0);

        Cost plus(Cost other) {
            return new Cost(total + other.total, work + other.work);
        }

        Cost times(double factor) {
            return new Cost(total * factor, work * factor);
        }
    }

    /** What a fragment costs where these sizes are known of what it holds. */
    private record Spread(String fragment, Map<String, Integer> sizes) {}

    static long rounded(double cost) {
        return (long) Math.ceil(Math.min(ENORMOUS, cost) - ROUNDING);
    }

    private GraphQLFieldsContainer root() {
        return Objects.requireNonNull(
                switch (operation.getOperation()) {
                    case QUERY -> schema.getQueryType();
                    case MUTATION -> schema.getMutationType();
                    case SUBSCRIPTION -> schema.getSubscriptionType();
                });
    }

    private Cost of(@Nullable SelectionSet set, GraphQLCompositeType type, Map<String, Integer> sizes) {
        Cost all = Cost.NONE;
        if (set == null) {
            return all;
        }
        for (Selection<?> selection : set.getSelections()) {
            if (isLeftOut(selection)) {
                continue;
            }
            all = all.plus(
                    switch (selection) {
                        case Field field -> of(field, type, sizes);
                        case InlineFragment fragment -> of(fragment.getSelectionSet(), narrow(fragment, type), sizes);
                        case FragmentSpread spread -> ofFragment(spread, sizes);
                        default -> Cost.NONE;
                    });
        }
        return all;
    }

    private Cost ofFragment(FragmentSpread spread, Map<String, Integer> sizes) {
        var key = new Spread(spread.getName(), sizes);
        Cost found = known.get(key);
        if (found == null) {
            FragmentDefinition fragment = Objects.requireNonNull(fragments.get(spread.getName()));
            found = of(
                    fragment.getSelectionSet(),
                    composite(fragment.getTypeCondition().getName()),
                    sizes);
            known.put(key, found);
        }
        return found;
    }

    private Cost of(Field field, GraphQLCompositeType parent, Map<String, Integer> sizes) {
        Selected selected = selected(field, parent, sizes);
        return selected == null ? Cost.NONE : of(field, selected);
    }

    private Cost of(Field field, Selected selected) {
        double work = selected.cost.weight() + selected.estimate.work();
        Cost own = new Cost(work, work);
        if (selected.type == null) {
            return own;
        }
        Cost each = new Cost(model.weight(selected.type.getName()), 0)
                .plus(of(field.getSelectionSet(), selected.type, selected.below));
        return own.plus(each.times(selected.size));
    }

    /** Null for a field that is free. */
    private @Nullable Selected selected(Field field, GraphQLCompositeType parent, Map<String, Integer> sizes) {
        String name = field.getName();
        if (name.startsWith("__") || !(parent instanceof GraphQLFieldsContainer container)) {
            return null;
        }
        GraphQLFieldDefinition definition = container.getFieldDefinition(name);
        CostModel.FieldCost fieldCost = model.field(container.getName(), name);
        Estimate estimate = estimate(field, definition, fieldCost);
        boolean isComposite = GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLCompositeType;
        Integer told = sizes.get(name);
        int size = 1;
        if (isList(definition.getType())) {
            size = told != null ? told : estimate.sizes().getOrDefault("", UNKNOWN_LIST);
        }
        return new Selected(
                fieldCost,
                estimate,
                isComposite ? (GraphQLCompositeType) GraphQLTypeUtil.unwrapAll(definition.getType()) : null,
                size,
                below(name, sizes, estimate),
                told != null);
    }

    /**
     * A field with what is known of it.
     *
     * @param type null when it answers no objects
     * @param below sizes of lists below it
     * @param isSizedAbove whether a field above says how long it is
     */
    private record Selected(
            CostModel.FieldCost cost,
            Estimate estimate,
            @Nullable GraphQLCompositeType type,
            int size,
            Map<String, Integer> below,
            boolean isSizedAbove) {}

    private static Map<String, Integer> below(String name, Map<String, Integer> sizes, Estimate estimate) {
        if (sizes.isEmpty()) {
            return estimate.sizes();
        }
        Map<String, Integer> below = new HashMap<>(estimate.sizes());
        sizes.forEach((path, size) -> {
            if (path.startsWith(name + "/")) {
                below.put(path.substring(name.length() + 1), size);
            }
        });
        return below;
    }

    private Estimate estimate(Field field, GraphQLFieldDefinition definition, CostModel.FieldCost fieldCost) {
        if (!fieldCost.dependsOnArguments()) {
            return fieldCost.assumedSize() == null ? Estimate.NONE : fieldCost.sized(fieldCost.assumedSize());
        }
        try {
            Map<String, Object> values = ValuesResolver.getArgumentValues(
                    schema.getCodeRegistry(),
                    definition.getArguments(),
                    field.getArguments(),
                    variables,
                    GraphQLContext.getDefault(),
                    Locale.ENGLISH);
            return fieldCost.of(Arguments.of(values), argumentNames(field));
        } catch (GraphQLException refused) {
            return Estimate.NONE;
        }
    }

    /** The arguments that are in the document, of which a variable may have no value. */
    private Set<String> argumentNames(Field field) {
        return field.getArguments().stream()
                .filter(argument -> !(argument.getValue() instanceof VariableReference variable)
                        || variables.containsKey(variable.getName()))
                .map(Argument::getName)
                .collect(Collectors.toSet());
    }

    private void collect(
            List<Part> parts,
            @Nullable SelectionSet set,
            GraphQLCompositeType type,
            Map<String, Integer> sizes,
            String path,
            double times) {
        if (set == null) {
            return;
        }
        for (Selection<?> selection : set.getSelections()) {
            if (++collected > MAX_SELECTIONS) {
                return;
            }
            if (isLeftOut(selection)) {
                continue;
            }
            switch (selection) {
                case Field field -> collect(parts, field, type, sizes, path, times);
                case InlineFragment fragment ->
                    collect(parts, fragment.getSelectionSet(), narrow(fragment, type), sizes, path, times);
                case FragmentSpread spread -> {
                    FragmentDefinition fragment = Objects.requireNonNull(fragments.get(spread.getName()));
                    GraphQLCompositeType narrowed =
                            composite(fragment.getTypeCondition().getName());
                    collect(parts, fragment.getSelectionSet(), narrowed, sizes, path, times);
                }
                default -> {
                    // there are no others
                }
            }
        }
    }

    private void collect(
            List<Part> parts,
            Field field,
            GraphQLCompositeType parent,
            Map<String, Integer> sizes,
            String path,
            double times) {
        Selected selected = selected(field, parent, sizes);
        if (selected == null) {
            return;
        }
        String own = path + (path.isEmpty() ? "" : ".") + field.getResultKey();
        if (!selected.isSizedAbove && (selected.cost.isTold() || selected.size > 1)) {
            parts.add(new Part(own, rounded(of(field, selected).total * times), selected.estimate.what()));
        }
        if (selected.type != null) {
            collect(parts, field.getSelectionSet(), selected.type, selected.below, own, times * selected.size);
        }
    }

    private boolean isLeftOut(Selection<?> selection) {
        for (Directive directive : ((DirectivesContainer<?>) selection).getDirectives()) {
            Argument condition = directive.getArgument("if");
            if (condition != null) {
                boolean holds = isTrue(condition.getValue());
                if (directive.getName().equals(Directives.SkipDirective.getName()) ? holds : !holds) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isTrue(Value<?> value) {
        return value instanceof VariableReference variable
                ? Boolean.TRUE.equals(variables.get(variable.getName()))
                : value instanceof BooleanValue literal && literal.isValue();
    }

    /** Validation has seen to it that the type exists and has fields. */
    private GraphQLCompositeType composite(String name) {
        return (GraphQLCompositeType) Objects.requireNonNull(schema.getType(name));
    }

    private GraphQLCompositeType narrow(InlineFragment fragment, GraphQLCompositeType type) {
        return fragment.getTypeCondition() == null
                ? type
                : composite(fragment.getTypeCondition().getName());
    }

    private static boolean isList(GraphQLType type) {
        GraphQLType inner = type instanceof GraphQLNonNull nonNull ? nonNull.getWrappedType() : type;
        return inner instanceof GraphQLList;
    }
}
