package dev.pulsegraph.graphql.engine;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.problem.Problem;
import graphql.GraphQLError;
import graphql.SerializationError;
import graphql.TypeMismatchError;
import graphql.execution.CoercedVariables;
import graphql.execution.ExecutionStepInfo;
import graphql.execution.NonNullableFieldWasNullError;
import graphql.execution.NonNullableFieldWasNullException;
import graphql.execution.ResultPath;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLOutputType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a plan: read in the transaction of the operation, breadth first, and then written, depth first. For one
 * thread, and for one use.
 */
public final class PlanRun {
    private static final Object[] NOTHING = {};
    private static final int USUAL_SIZE = 16 * 1024;

    private final Plan plan;
    private final CoercedVariables variables;
    private final Execution execution;
    private final Batches batches;
    private final IdentityHashMap<Step, Map<String, Object>> arguments = new IdentityHashMap<>();
    private final Node root;
    private final JsonBuffer out = new JsonBuffer(USUAL_SIZE);
    private final List<GraphQLError> errors = new ArrayList<>();
    private List<Group> nextLevel = new ArrayList<>();
    private Path path = Path.ROOT;

    /**
     * A run that has read nothing, or no more than its first level.
     *
     * @param ahead the answers of what {@link #declared} said, by the same keys; empty when nothing was read yet
     */
    public PlanRun(Plan plan, CoercedVariables variables, Execution execution, Map<Object, Map<?, ?>> ahead) {
        this.batches = new Batches(execution, ahead);
        this.plan = plan;
        this.variables = variables;
        this.execution = execution;
        this.root = new Node(plan.root(), this);
    }

    /**
     * What was answered.
     *
     * @param data as JSON; null when an error took all of it
     */
    public record Result(@Nullable JsonBuffer data, List<GraphQLError> errors) {}

    /** An object of the answer. */
    private static final class Node {
        private final Selection selection;
        private final Object source;
        /** By the slots of steps: values of leaves, nodes and lists of them, and {@link Failed}. */
        private final @Nullable Object[] values;

        Node(Selection selection, Object source) {
            this.selection = selection;
            this.source = source;
            this.values = selection.early().isEmpty()
                    ? NOTHING
                    : new Object[selection.steps().size()];
        }
    }

    /** The objects of a level of which the same is asked. */
    private record Group(Selection selection, List<Node> nodes) {}

    private record Failed(Throwable thrown) {}

    CoercedVariables variables() {
        return variables;
    }

    Batches batches() {
        return batches;
    }

    Map<String, Object> arguments(Step step) {
        if (step.isConstant()) {
            return step.arguments().apply(variables);
        }
        Map<String, Object> known = arguments.get(step);
        if (known == null) {
            known = step.arguments().apply(variables);
            arguments.put(step, known);
        }
        return known;
    }

    /** What is read first, as far as that can be said before the transaction begins. */
    public Map<Object, Read<?>> declared() {
        for (Step step : plan.root().early()) {
            if (step.code() != null && step.code().kind() == FieldCode.Kind.READ) {
                asked(step, root.source);
            }
        }
        try {
            return batches.declared();
        } catch (Problem wrongArguments) {
            return Map.of();
        }
    }

    /** Reads all that takes more than reading a property. */
    public void read() {
        List<Group> level = List.of(new Group(plan.root(), List.of(root)));
        for (int depth = 0; !level.isEmpty(); depth++) {
            for (Group group : level) {
                for (Step step : group.selection.early()) {
                    ask(step, group.nodes);
                }
            }
            batches.run(depth == plan.depth() && plan.endsWithReads());
            nextLevel = new ArrayList<>();
            for (Group group : level) {
                for (Step step : group.selection.early()) {
                    take(step, group.nodes);
                }
            }
            execution.requireWhole();
            level = nextLevel;
        }
    }

    private void ask(Step step, List<Node> nodes) {
        FieldCode code = step.code();
        long begin = code == null || code.timer() == null ? 0 : System.nanoTime();
        for (Node node : nodes) {
            node.values[step.slot()] = asked(step, node.source);
        }
        if (code != null && code.timer() != null) {
            code.timer().record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    private @Nullable Object asked(Step step, Object source) {
        FieldCode code = step.code();
        if (code == null) {
            return property(step, source);
        }
        try {
            if (code.timer() != null) {
                execution.checkDeadline();
            }
            return execution.attempt(() -> code.answer().apply(new FieldCall(this, step, source)));
        } catch (RuntimeException | Error thrown) {
            return new Failed(thrown);
        }
    }

    private static @Nullable Object property(Step step, Object source) {
        try {
            return step.reader().apply(source);
        } catch (RuntimeException thrown) {
            return new Failed(thrown);
        }
    }

    private void take(Step step, List<Node> nodes) {
        List<Group> groups = new ArrayList<>(1);
        for (Node node : nodes) {
            Object value = node.values[step.slot()];
            if (value instanceof CompletableFuture<?> future) {
                value = settled(future);
            }
            node.values[step.slot()] = step.shape().isOfLeaves() ? value : nodes(step.shape(), value, groups);
        }
        nextLevel.addAll(groups);
    }

    static @Nullable Object settled(CompletableFuture<?> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            return new Failed(Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (RuntimeException failed) {
            return new Failed(failed);
        }
    }

    private @Nullable Object nodes(Shape shape, @Nullable Object value, List<Group> groups) {
        if (value == null || value instanceof Failed) {
            return value;
        }
        return switch (shape) {
            case Shape.Leaf leaf -> value;
            case Shape.ListOf list -> {
                Collection<?> elements = elements(value);
                if (elements == null) {
                    yield value;
                }
                List<@Nullable Object> found = new ArrayList<>(elements.size());
                for (Object element : elements) {
                    found.add(nodes(list.element(), element, groups));
                }
                yield found;
            }
            case Shape.ObjectOf object -> node(object.selection(value), value, groups);
        };
    }

    private Node node(Selection selection, Object source, List<Group> groups) {
        execution.object(selection.type());
        var node = new Node(selection, source);
        if (!selection.early().isEmpty()) {
            for (Group group : groups) {
                if (group.selection == selection) {
                    group.nodes.add(node);
                    return node;
                }
            }
            groups.add(new Group(selection, new ArrayList<>(List.of(node))));
        }
        return node;
    }

    /** Null for what is no list. */
    private static @Nullable Collection<?> elements(Object value) {
        if (value instanceof Collection<?> list) {
            return list;
        }
        return value.getClass().isArray()
                ? IntStream.range(0, Array.getLength(value))
                        .mapToObj(i -> Array.get(value, i))
                        .toList()
                : null;
    }

    /** Writes what was read. */
    public Result write() {
        boolean isWhole = object(root);
        execution.requireWhole();
        return new Result(isWhole ? out : null, errors);
    }

    /** The place of what is being written. */
    private record Path(
            @Nullable Path parent,
            @Nullable Step step,
            int index,
            @Nullable GraphQLOutputType container) {
        static final Path ROOT = new Path(null, null, 0, null);
    }

    // False where there is null and may not be: then what holds it is null, too. All others are written nevertheless,
    // for what is wrong with them.

    private boolean object(Node node) {
        boolean isWhole = true;
        Path outer = path;
        List<Step> steps = node.selection.steps();
        out.raw('{');
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (i > 0) {
                out.raw(',');
            }
            step.key().writeTo(out);
            path = new Path(outer, step, 0, step.parent());
            Object value = step.isEarly() ? node.values[i] : property(step, node.source);
            isWhole &= value(step.shape(), value);
        }
        path = outer;
        out.raw('}');
        return isWhole;
    }

    private boolean value(Shape shape, @Nullable Object value) {
        int begin = out.size();
        if (value == null) {
            if (shape.isNonNull()) {
                errors.add(missing(shape));
            }
        } else if (value instanceof Failed failed) {
            errors.add(failure(failed.thrown));
        } else if (written(shape, value)) {
            return true;
        }
        out.truncate(begin);
        out.value(null);
        return !shape.isNonNull();
    }

    private boolean written(Shape shape, Object value) {
        return switch (shape) {
            case Shape.Leaf leaf -> leaf(leaf, value);
            case Shape.ListOf list -> {
                Collection<?> elements = elements(value);
                if (elements == null) {
                    errors.add(new TypeMismatchError(resultPath(), shape.type()));
                    yield false;
                }
                yield list(list, elements);
            }
            case Shape.ObjectOf object -> object((Node) value);
        };
    }

    private boolean leaf(Shape.Leaf leaf, Object value) {
        Object written;
        try {
            written = leaf.serialize().apply(value);
        } catch (CoercingSerializeException notSerializable) {
            errors.add(new SerializationError(resultPath(), notSerializable));
            execution.scalar(null);
            return false;
        }
        if (written instanceof Number && path.step == null) {
            execution.number();
        } else {
            execution.scalar(written);
        }
        out.value(written);
        return true;
    }

    private boolean list(Shape.ListOf list, Collection<?> elements) {
        boolean isWhole = true;
        Path outer = path;
        int index = 0;
        out.raw('[');
        for (Object element : elements) {
            if (index > 0) {
                out.raw(',');
            }
            path = new Path(outer, null, index++, list.type());
            isWhole &= value(list.element(), element);
        }
        path = outer;
        out.raw(']');
        return isWhole;
    }

    private GraphQLError missing(Shape shape) {
        ExecutionStepInfo container = ExecutionStepInfo.newExecutionStepInfo()
                .type(path.container)
                .path(ResultPath.rootPath())
                .build();
        ExecutionStepInfo here = ExecutionStepInfo.newExecutionStepInfo()
                .type(shape.type())
                .parentInfo(container)
                .path(resultPath())
                .build();
        return new NonNullableFieldWasNullError(new NonNullableFieldWasNullException(here, resultPath()));
    }

    private GraphQLError failure(Throwable thrown) {
        Path at = path;
        while (at.step == null) {
            at = Objects.requireNonNull(at.parent);
        }
        Step step = at.step;
        return execution.error(new FieldFailure(
                thrown,
                resultPath(),
                step.merged().getSingleField().getSourceLocation(),
                step.definition(),
                () -> arguments(step)));
    }

    private ResultPath resultPath() {
        return resultPath(path);
    }

    private static ResultPath resultPath(Path path) {
        if (path.parent == null) {
            return ResultPath.rootPath();
        }
        ResultPath outer = resultPath(path.parent);
        return path.step == null ? outer.segment(path.index) : outer.segment(path.step.responseKey());
    }
}
