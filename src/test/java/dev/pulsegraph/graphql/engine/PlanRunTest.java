package dev.pulsegraph.graphql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.problem.Outcome;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.ParseAndValidate;
import graphql.execution.CoercedVariables;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.execution.RawVariables;
import graphql.execution.ResultPath;
import graphql.execution.ValuesResolver;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.language.SourceLocation;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan answers as graphql-java does, also where our schema has nothing to show it with. */
class PlanRunTest {
    private static final String SDL = """
            interface Named { name: String! }
            union Anything = Leaf | Tree
            enum Color { RED GREEN }
            type Leaf implements Named { name: String! color: Color }
            type Tree implements Named {
              name: String!
              size: Int
              leaf: Leaf!
              trees: [Tree!]
              asked(paths: [String!]!): [Tree!]
            }
            type Query {
              tree: Tree
              bare: Tree
              forest: [Tree]
              mixed: [Named]
              anything: [Anything!]
              grid: [[Int!]]
              strictGrid: [[Int!]!]!
              numbers: [Float!]
              echo(text: String = "default", number: Int): String
              fails: String
              failsLater: [Tree!]
              mustNotFail: String!
              mustNotBeNull: Tree!
              colors: [Color]
              wrongColors: [Color!]
              wrongNumber: Int
              noList: [Int]
              each: [Tree]
            }""";

    private record Leaf(@Nullable String name, @Nullable String color) {}

    private record Tree(
            @Nullable String name,
            @Nullable Object size,
            @Nullable Leaf leaf,
            @Nullable List<Tree> trees) {}

    private static final Leaf LEAF = new Leaf("leaf", "GREEN");
    private static final Tree SMALL = new Tree("small", 1, LEAF, List.of());
    private static final Tree BARE = new Tree("bare", null, null, null);
    private static final Tree NAMELESS = new Tree(null, "no number", LEAF, null);
    private static final Tree TALL = new Tree("tall", 2, LEAF, List.of(SMALL, SMALL));
    private static final Tree HALF = new Tree("half", 3, LEAF, List.of(SMALL, BARE, NAMELESS));

    /** What the code of a field is given, by either engine. */
    private record Asked(Map<String, Object> arguments, Predicate<String> selects) {}

    private static final Map<String, Function<Asked, @Nullable Object>> CODE = new HashMap<>(Map.of(
            "Query.tree", asked -> TALL,
            "Query.bare", asked -> BARE,
            "Query.forest", asked -> CompletableFuture.completedFuture(Arrays.asList(TALL, null, BARE, HALF)),
            "Query.mixed", asked -> Arrays.asList(SMALL, LEAF, null, NAMELESS),
            "Query.anything", asked -> List.of(LEAF, TALL),
            "Query.grid", asked -> Arrays.asList(List.of(1, 2), Arrays.asList(3, null), null, List.of()),
            "Query.strictGrid", asked -> List.of(List.of(1), Arrays.asList(2, null), Arrays.asList(3, null)),
            "Query.numbers", asked -> new double[] {1, 0.1, 1e21, -0.0},
            "Query.echo", asked -> asked.arguments().toString(),
            "Query.fails", asked -> fail("at once")));

    static {
        CODE.put("Query.failsLater", asked -> CompletableFuture.failedFuture(new IllegalStateException("later")));
        CODE.put("Query.mustNotFail", asked -> fail("for good"));
        CODE.put("Query.mustNotBeNull", asked -> null);
        CODE.put("Query.colors", asked -> Arrays.asList("RED", null, "GREEN"));
        CODE.put("Query.wrongColors", asked -> List.of("RED", "BLUE", "GREY"));
        CODE.put("Query.wrongNumber", asked -> "many");
        CODE.put("Query.noList", asked -> 7);
        CODE.put(
                "Tree.asked",
                asked -> ((List<?>) Objects.requireNonNull(asked.arguments().get("paths")))
                        .stream()
                                .map(path -> path + " " + asked.selects().test(path.toString()))
                                .map(name -> new Tree(name, null, LEAF, null))
                                .toList());
    }

    private static Object fail(String when) {
        throw new IllegalStateException(when);
    }

    private static final GraphQLSchema SCHEMA = schema();

    private static GraphQLSchema schema() {
        var wiring = RuntimeWiring.newRuntimeWiring();
        CODE.forEach((coordinates, code) -> {
            int dot = coordinates.indexOf('.');
            wiring.type(
                    coordinates.substring(0, dot),
                    type -> type.dataFetcher(
                            coordinates.substring(dot + 1),
                            environment -> code.apply(
                                    new Asked(environment.getArguments(), environment.getSelectionSet()::contains))));
        });
        for (String type : List.of("Named", "Anything")) {
            wiring.type(
                    type,
                    builder -> builder.typeResolver(environment -> environment
                            .getSchema()
                            .getObjectType(Objects.requireNonNull(environment.<Object>getObject())
                                    .getClass()
                                    .getSimpleName())));
        }
        return new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(SDL), wiring.build());
    }

    private static GraphQLError error(Throwable thrown, ResultPath path, @Nullable SourceLocation location) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return GraphqlErrorBuilder.newError()
                .message("%s", cause.getMessage())
                .path(path)
                .location(location)
                .build();
    }

    private static final GraphQL GRAPHQL_JAVA = GraphQL.newGraphQL(SCHEMA)
            .defaultDataFetcherExceptionHandler(
                    parameters -> CompletableFuture.completedFuture(DataFetcherExceptionHandlerResult.newResult(error(
                                    parameters.getException(), parameters.getPath(), parameters.getSourceLocation()))
                            .build()))
            .build();

    /** An operation without bounds that remembers what it was told. */
    private static class Told implements Execution {
        final List<String> objects = new ArrayList<>();
        int scalars;
        int numbers;

        @Override
        public void checkDeadline() {}

        @Override
        public <T extends @Nullable Object> T attempt(Supplier<T> work) {
            return work.get();
        }

        @Override
        public List<Outcome<?>> readAll(List<Read<?>> reads, boolean isLast) {
            throw new IllegalStateException("Nothing is declared here.");
        }

        @Override
        public void requireWhole() {}

        @Override
        public void object(String type) {
            objects.add(type);
        }

        @Override
        public void scalar(@Nullable Object written) {
            scalars++;
        }

        @Override
        public void number() {
            numbers++;
        }

        @Override
        public GraphQLError error(FieldFailure failure) {
            return PlanRunTest.error(failure.thrown(), failure.path(), failure.location());
        }
    }

    private static final Planner PLANNER = new Planner(
            SCHEMA,
            coordinates -> {
                Function<Asked, @Nullable Object> code = CODE.get(coordinates);
                return code == null
                        ? null
                        : new FieldCode(
                                call -> code.apply(new Asked(call.arguments(), call::selects)),
                                null,
                                FieldCode.Kind.LOAD);
            },
            object -> object.getClass().getSimpleName(),
            100);

    /** Query.tree and Tree.leaf are declared, Query.forest and Tree.trees loaded, and names are values. */
    @ParameterizedTest
    @CsvSource({
        "{ tree { size } },                                0, true",
        "{ tree { leaf { name } } },                       1, true",
        "{ tree { size } forest { size } },                0, false",
        "{ forest { leaf { name } } },                     1, true",
        "{ tree { leaf { name } trees { size } } },        1, false",
        "{ tree { trees { leaf { name } } } },             2, true",
        "{ tree { leaf { name } trees { trees { size } } } }, 2, false",
        "{ tree { trees { leaf { name } } leaf { name } } }, 2, true",
        "{ __typename },                                   -1, false"
    })
    void the_last_level_that_reads_is_known(String text, int depth, boolean endsWithReads) {
        Map<String, FieldCode.Kind> kinds = Map.of(
                "Query.tree", FieldCode.Kind.READ,
                "Tree.leaf", FieldCode.Kind.READ,
                "Query.forest", FieldCode.Kind.LOAD,
                "Tree.trees", FieldCode.Kind.LOAD,
                "Leaf.name", FieldCode.Kind.VALUE);
        Planner planner = new Planner(
                SCHEMA,
                coordinates -> kinds.containsKey(coordinates)
                        ? new FieldCode(call -> null, null, kinds.get(coordinates))
                        : null,
                Object::toString,
                100);
        Document document = Objects.requireNonNull(
                ParseAndValidate.parse(ExecutionInput.newExecutionInput(text).build())
                        .getDocument());
        Plan plan = planner.plan(
                document,
                document.getFirstDefinitionOfType(OperationDefinition.class).orElseThrow(),
                CoercedVariables.emptyVariables());
        assertThat(plan).extracting(Plan::depth, Plan::endsWithReads).containsExactly(depth, endsWithReads);
    }

    private static @Nullable PlanRun planned(String text, Map<String, Object> given, Execution execution) {
        Document document = Objects.requireNonNull(
                ParseAndValidate.parse(ExecutionInput.newExecutionInput(text).build())
                        .getDocument());
        assertThat(ParseAndValidate.validate(SCHEMA, document, Locale.ENGLISH)).isEmpty();
        OperationDefinition query =
                document.getFirstDefinitionOfType(OperationDefinition.class).orElseThrow();
        CoercedVariables variables = ValuesResolver.coerceVariableValues(
                SCHEMA,
                query.getVariableDefinitions(),
                RawVariables.of(given),
                GraphQLContext.getDefault(),
                Locale.ENGLISH);
        Plan plan = PLANNER.plan(document, query, variables);
        return plan == null ? null : new PlanRun(plan, variables, execution, Map.of());
    }

    private static List<Object> answered(String text, Map<String, Object> variables) {
        PlanRun run = Objects.requireNonNull(planned(text, variables, new Told()));
        run.read();
        PlanRun.Result result = run.write();
        JsonBuffer data = result.data();
        return List.of(
                data == null ? "null" : new String(data.toBytes(), StandardCharsets.UTF_8), told(result.errors()));
    }

    private static List<Object> executed(String text, Map<String, Object> variables) {
        ExecutionResult result = GRAPHQL_JAVA.execute(
                ExecutionInput.newExecutionInput(text).variables(variables).locale(Locale.ENGLISH));
        var data = new JsonBuffer(16);
        data.value(result.<Object>getData());
        return List.of(new String(data.toBytes(), StandardCharsets.UTF_8), told(result.getErrors()));
    }

    /** As graphql-java orders them as they come up, they are compared as a set. */
    private static Set<Map<String, Object>> told(List<GraphQLError> errors) {
        Set<Map<String, Object>> told = new HashSet<>();
        errors.forEach(error -> {
            Map<String, Object> specified = new HashMap<>(error.toSpecification());
            specified.remove("extensions");
            told.add(specified);
        });
        assertThat(told).hasSameSizeAs(errors);
        return told;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ tree { name size leaf { name color } trees { name leaf { name } } } }",
                "{ tree { name } tree { size leaf { name } } other: tree { leaf { color } name } tree { leaf { color } } }",
                "{ __typename mixed { __typename ... on Tree { size trees { name } } ...Named ... on Leaf { hue: color } } }"
                        + " fragment Named on Named { own: __typename }",
                "{ mixed { name } }",
                "{ anything { __typename ... on Named { name } ... on Tree { leaf { name } } } }",
                "{ forest { name trees { name } } }",
                "{ forest { name leaf { name } } }",
                "{ forest { name trees { name leaf { name } } } }",
                "{ forest { trees { trees { name } name size } } }",
                "{ bare { leaf { name } } tree { name } }",
                "{ grid }",
                "{ grid strictGrid }",
                "{ numbers }",
                "{ echo given: echo(text: \"a\", number: 1) none: echo(text: null) }",
                "{ fails tree { name } failsLater { name } again: fails }",
                "{ tree { name } mustNotFail fails }",
                "{ mustNotBeNull { name } tree { name } }",
                "{ colors wrongColors }",
                "{ wrongNumber noList fails }",
                "{ tree { asked(paths: [\"name\", \"size\", \"leaf/name\", \"leaf/color\", \"leaf\"]) { other: name leaf { name } } } }"
            })
    void it_answers_as_graphql_java_does(String query) {
        assertThat(answered(query, Map.of())).isEqualTo(executed(query, Map.of()));
    }

    @Test
    void variables_decide_what_is_asked_for() {
        String query = """
                query ($yes: Boolean!, $no: Boolean = false, $text: String) {
                  tree @include(if: $yes) { name @skip(if: $yes) size ... @include(if: $no) { leaf { name } } ...Trees @skip(if: $no) }
                  echo(text: $text)
                }
                fragment Trees on Tree { trees { name @include(if: $yes) size } }""";
        for (Map<String, Object> variables : List.<Map<String, Object>>of(
                Map.of("yes", true),
                Map.of("yes", false, "text", "given"),
                Map.of("yes", true, "no", true),
                Map.of("yes", false, "no", true))) {
            assertThat(answered(query, variables)).isEqualTo(executed(query, variables));
        }
    }

    @Test
    void errors_are_in_the_order_of_the_answer() {
        PlanRun run = Objects.requireNonNull(
                planned("{ forest { leaf { name } } fails bare { leaf { name } } }", Map.of(), new Told()));
        run.read();
        assertThat(run.write().errors())
                .extracting(GraphQLError::getPath)
                .containsExactly(List.of("forest", 2, "leaf"), List.of("fails"), List.of("bare", "leaf"));
    }

    @Test
    void the_operation_is_told_of_every_value() {
        var told = new Told();
        PlanRun run = Objects.requireNonNull(planned("{ tree { name trees { size } } grid numbers }", Map.of(), told));
        run.read();
        assertThat(told.objects).containsExactly("Tree", "Tree", "Tree");
        run.write();
        assertThat(told.scalars).isEqualTo(3);
        assertThat(told.numbers).isEqualTo(7);
    }

    @Test
    void nothing_is_read_after_the_operation_was_ended() {
        var ended = new Told() {
            @Override
            public void requireWhole() {
                throw new IllegalStateException("ended");
            }
        };
        PlanRun run = Objects.requireNonNull(planned("{ tree { trees { trees { name } } } }", Map.of(), ended));
        assertThatThrownBy(run::read).hasMessage("ended");
        assertThat(ended.objects).containsExactly("Tree");
    }

    @Test
    void time_that_is_up_fails_each_field_that_takes_some() {
        var late = new Told() {
            private int calls;

            @Override
            public <T extends @Nullable Object> T attempt(Supplier<T> work) {
                if (++calls > 1) {
                    throw new IllegalStateException("late");
                }
                return work.get();
            }
        };
        PlanRun run = Objects.requireNonNull(planned("{ tree { name } fails forest { name } }", Map.of(), late));
        run.read();
        PlanRun.Result result = run.write();
        assertThat(new String(Objects.requireNonNull(result.data()).toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"tree\":{\"name\":\"tall\"},\"fails\":null,\"forest\":null}");
        assertThat(result.errors()).extracting(GraphQLError::getMessage).containsExactly("late", "late");
    }

    @Test
    void the_schema_is_not_asked_by_a_plan_and_neither_is_too_much() {
        assertThat(planned("{ tree { name } __schema { queryType { name } } }", Map.of(), new Told()))
                .isNull();
        StringBuilder more = new StringBuilder("{ ");
        for (int i = 0; i < 51; i++) {
            more.append("t").append(i).append(": tree { name } ");
        }
        assertThat(planned(more.append("}").toString(), Map.of(), new Told())).isNull();
    }
}
