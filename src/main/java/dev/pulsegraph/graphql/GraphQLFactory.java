package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.engine.FieldCode;
import dev.pulsegraph.graphql.engine.Planner;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.security.KeyOrganizations;
import graphql.GraphQL;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLDirective;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Prototype;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/** Joins the contract and the code that answers it. A mistake in either stops the start. */
@Factory
class GraphQLFactory {
    /** What is larger was not written by hand, and is not worth a plan. */
    private static final int MAX_STEPS = 5_000;

    @Singleton
    Wiring wiring(List<Resolver> resolvers, ProblemHandler problems) {
        var builder = RuntimeWiring.newRuntimeWiring();
        // What they are is told by the contract.
        Scalars.ALL.forEach(scalar -> builder.scalar(scalar.transform(bare -> bare.description(""))));
        builder.codeRegistry(GraphQLCodeRegistry.newCodeRegistry()
                .dataFetcher(FieldCoordinates.coordinates("__Schema", "directives"), GraphQLFactory::directives));
        var wiring = new Wiring(builder, problems);
        resolvers.forEach(resolver -> resolver.wire(wiring));
        builder.type(
                "Node",
                type -> type.typeResolver(environment -> environment
                        .getSchema()
                        .getObjectType(wiring.nodeType(Objects.requireNonNull(environment.<Object>getObject())))));
        return wiring;
    }

    @Singleton
    RateLimits rateLimits(GraphQLSettings settings, KeyOrganizations keys) {
        return new RateLimits(settings.ofCaller(), settings.ofOrganization(), keys);
    }

    @Singleton
    GraphQLSchema schema(SchemaFile schemaFile, Wiring wiring) {
        return new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(schemaFile.sdl()), wiring.runtime());
    }

    @Singleton
    Planner planner(GraphQLSchema schema, Wiring wiring, FieldMeters meters) {
        return new Planner(schema, coordinates -> code(wiring, meters, coordinates), wiring::nodeType, MAX_STEPS);
    }

    private static @Nullable FieldCode code(Wiring wiring, FieldMeters meters, String coordinates) {
        Function<Call, @Nullable Object> answer = wiring.answer(coordinates);
        FieldCode.Kind kind = wiring.kind(coordinates);
        return answer == null
                ? null
                : new FieldCode(
                        call -> answer.apply(
                                new PlannedCall(RunningOperation.current().operation(), call)),
                        kind == FieldCode.Kind.VALUE ? null : meters.resolver(coordinates),
                        kind);
    }

    /** One for each operation: what was loaded in one is not for another. */
    @Prototype
    DataLoaderRegistry dataLoaders() {
        return new DataLoaderRegistry();
    }

    /** Eager, so that a wrong schema is found at the start and not by the first caller. */
    @Context
    @Bean
    GraphQL graphQL(GraphQLSchema schema, ProblemHandler problems, OperationInstrumentation instrumentation) {
        return GraphQL.newGraphQL(schema)
                .defaultDataFetcherExceptionHandler(problems)
                .queryExecutionStrategy(new Completion.Parallel(problems))
                .mutationExecutionStrategy(new Completion.Serial(problems))
                // What changes is told by Changes, and read anew in a transaction of its own, as a query is.
                .subscriptionExecutionStrategy(new Completion.Parallel(problems))
                .instrumentation(instrumentation)
                .preparsedDocumentProvider(alreadyParsed())
                .build();
    }

    private static List<GraphQLDirective> directives(DataFetchingEnvironment environment) {
        return environment.getGraphQLSchema().getDirectives().stream()
                .filter(directive -> !DocumentRules.WITHOUT_EFFECT.contains(directive.getName()))
                .toList();
    }

    /** {@link Documents} has parsed and validated before the transaction began. */
    private static PreparsedDocumentProvider alreadyParsed() {
        return (input, parse) -> CompletableFuture.completedFuture(
                Objects.requireNonNull(input.getGraphQLContext().<Document>get(Document.class))
                        .entry());
    }
}
