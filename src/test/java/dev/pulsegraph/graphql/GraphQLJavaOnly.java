package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.engine.Planner;
import graphql.schema.GraphQLSchema;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** A server that plans nothing, so that graphql-java answers all. */
@Factory
@Requires(property = "test.graphql-java")
class GraphQLJavaOnly {
    @Singleton
    @Replaces(bean = Planner.class, factory = GraphQLFactory.class)
    Planner planner(GraphQLSchema schema, Wiring wiring) {
        return new Planner(schema, coordinates -> null, wiring::nodeType, 0);
    }
}
