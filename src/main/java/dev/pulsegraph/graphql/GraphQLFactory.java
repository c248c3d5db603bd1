package dev.pulsegraph.graphql;

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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.dataloader.DataLoaderRegistry;

/** Joins the contract and the code that answers it. A mistake in either stops the start. */
@Factory
class GraphQLFactory {

    @Singleton
    Wiring wiring(List<Resolver> resolvers) {
        var builder = RuntimeWiring.newRuntimeWiring();
        // What they are is told by the contract.
        Scalars.ALL.forEach(scalar -> builder.scalar(scalar.transform(bare -> bare.description(""))));
        builder.codeRegistry(GraphQLCodeRegistry.newCodeRegistry()
                .dataFetcher(FieldCoordinates.coordinates("__Schema", "directives"), GraphQLFactory::directives));
        var wiring = new Wiring(builder);
        resolvers.forEach(resolver -> resolver.wire(wiring));
        Map<Class<?>, String> nodeTypes = wiring.nodes().values().stream()
                .collect(Collectors.toMap(Wiring.NodeType::record, Wiring.NodeType::name));
        builder.type(
                "Node",
                type -> type.typeResolver(environment -> {
                    Object node = Objects.requireNonNull(environment.<Object>getObject());
                    return environment
                            .getSchema()
                            .getObjectType(Objects.requireNonNull(nodeTypes.get(node.getClass())));
                }));
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
