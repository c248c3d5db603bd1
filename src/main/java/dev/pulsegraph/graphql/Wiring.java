package dev.pulsegraph.graphql;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.batch.ItemReader;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.engine.FieldCode;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.paging.Identified;
import graphql.schema.DataFetcher;
import graphql.schema.idl.RuntimeWiring;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects which code answers which field. */
public final class Wiring {
    private final RuntimeWiring.Builder builder;
    private final ProblemHandler problems;
    private final Map<String, NodeType<?>> nodes = new HashMap<>();
    private final Map<Class<?>, String> nodeTypes = new HashMap<>();
    private final Map<String, Function<Call, @Nullable Object>> fields = new HashMap<>();
    private final Map<String, FieldCode.Kind> kinds = new HashMap<>();
    private final Map<String, Function<Arguments, Estimate>> estimates = new HashMap<>();

    Wiring(RuntimeWiring.Builder builder, ProblemHandler problems) {
        this.builder = builder;
        this.problems = problems;
    }

    /** Answers {@code Type.field}. What is not named here is read from the record of the same name. */
    public Wiring field(String coordinates, Function<Call, @Nullable Object> answer) {
        int dot = coordinates.indexOf('.');
        DataFetcher<Object> fetcher = environment ->
                Operation.of(environment).attempt(() -> answer.apply(new EnvironmentCall(environment, problems)));
        fields.put(coordinates, answer);
        builder.type(coordinates.substring(0, dot), type -> type.dataFetcher(coordinates.substring(dot + 1), fetcher));
        return this;
    }

    /** Answers a field by what is made of its object, and reads nothing. */
    public Wiring value(String coordinates, Function<Call, @Nullable Object> answer) {
        kinds.put(coordinates, FieldCode.Kind.VALUE);
        return field(coordinates, answer);
    }

    /**
     * Answers a field by {@link Call#read} alone, so that nothing is loaded before or after. Of a field of Query it needs no
     * more than its arguments: it is read in the round trip in which the transaction begins. After the last level of
     * a query whose fields are all answered so, the transaction ends in the same round trip.
     */
    public Wiring read(String coordinates, Function<Call, @Nullable CompletableFuture<?>> answer) {
        kinds.put(coordinates, FieldCode.Kind.READ);
        return field(coordinates, answer::apply);
    }

    /**
     * Says what {@code Type.field} costs, where that depends on more of its arguments than the schemaFile says by
     * {@code @listSize}. It is asked before the field is; what is wrong with the arguments is the field's to say.
     */
    public Wiring cost(String coordinates, Function<Arguments, Estimate> estimate) {
        estimates.put(coordinates, estimate);
        return this;
    }

    /**
     * Answers a mutation that writes items of an organization, and says what it costs. An item that cannot be read is rejected, and
     * the others are written.
     *
     * @param argument the list of items, beside {@code organization} in the input
     * @param write answers the payload, with all that were rejected in {@code rejected}
     */
    public <T> Wiring batch(
            String coordinates,
            BatchArgument argument,
            ItemReader<T> reader,
            BiFunction<UUID, Batch<T>, @Nullable Object> write) {
        return field(coordinates, call -> {
                    Arguments input = call.input();
                    UUID organization = input.id("organization", "Organization");
                    return write.apply(organization, Batch.read(input.items(argument), reader));
                })
                .costOfItems(coordinates, argument, "rejected");
    }

    /**
     * Says what a mutation costs that takes many items.
     *
     * @param perItem the list of the payload that has at most one element for each
     */
    public Wiring costOfItems(String coordinates, BatchArgument argument, String perItem) {
        return cost(
                coordinates,
                arguments -> Estimate.ofItems(
                        arguments.input("input").inputs(argument.name()).size(), perItem));
    }

    /**
     * Answers a field of Subscription, which is asked again, at most so often, after every change of the topic in the
     * organization; see {@link dev.pulsegraph.database.Changes}. What is answered is sent when it is not what it was.
     *
     * @param organization whose changes; nobody is told of one they may not see, because {@code answer} refuses
     */
    public Wiring subscription(
            String coordinates,
            String topic,
            Function<Call, UUID> organization,
            Function<Call, @Nullable Object> answer) {
        return field(coordinates, call -> {
            call.dependsOn(topic, organization.apply(call));
            return answer.apply(call);
        });
    }

    /**
     * Says how objects of a type are found by their ids, and makes the fields {@code id}, {@code node} and {@code nodes}
     * work for it.
     */
    public <T extends Identified> Wiring node(
            String type, Class<T> record, Function<Collection<UUID>, Read<List<T>>> byIds) {
        nodes.put(type, new NodeType<>(byIds));
        nodeTypes.put(record, type);
        return value(
                type + ".id",
                call -> GlobalId.encode(type, call.source(Identified.class).id()));
    }

    /** Answers {@code totalCount} of a connection: counted when it is asked for, for all owners in one statement. */
    public <F> Wiring totalCount(
            String connection, Class<F> filter, BiFunction<Collection<UUID>, F, Read<Map<UUID, Long>>> count) {
        String field = connection + ".totalCount";
        return read(field, call -> {
            Connection<?> page = call.source(Connection.class);
            return call.read(field, page.owner(), filter.cast(page.filter()), count);
        });
    }

    /** The object of a type by its id, all those of a type in one statement; null for one the caller may not see. */
    public CompletableFuture<?> find(Call call, String type, UUID id) {
        NodeType<?> known = nodes.get(type);
        return known == null ? CompletableFuture.completedFuture(null) : known.load(call, type, id);
    }

    /** The object of an entity, as {@link #find}; null for one of a type that has no objects here, too. */
    public CompletableFuture<?> entity(Call call, EntityType type, UUID id) {
        String node = type.nodeType();
        return node == null ? CompletableFuture.completedFuture(null) : find(call, node, id);
    }

    RuntimeWiring runtime() {
        return builder.build();
    }

    Map<String, Function<Arguments, Estimate>> estimates() {
        return estimates;
    }

    /** The coordinates that have code of their own. */
    public Set<String> fields() {
        return fields.keySet();
    }

    /** The code of a field; null for one that is read from its record. */
    @Nullable
    Function<Call, @Nullable Object> answer(String coordinates) {
        return fields.get(coordinates);
    }

    FieldCode.Kind kind(String coordinates) {
        return kinds.getOrDefault(coordinates, FieldCode.Kind.LOAD);
    }

    /** The name of the type of an object that is found by its id. */
    String nodeType(Object node) {
        return Objects.requireNonNull(nodeTypes.get(node.getClass()));
    }

    private record NodeType<T extends Identified>(Function<Collection<UUID>, Read<List<T>>> byIds) {

        CompletableFuture<T> load(Call call, String type, UUID id) {
            return call.find(type, id, byIds);
        }
    }
}
