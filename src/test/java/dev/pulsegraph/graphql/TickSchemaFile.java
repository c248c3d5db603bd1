package dev.pulsegraph.graphql;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** The contract, and a subscription whose value a test decides. */
@Singleton
@Replaces(SchemaFile.class)
@Requires(property = "test.ticks")
class TickSchemaFile extends SchemaFile {
    @Override
    String sdl() {
        return super.sdl() + """

                extend type Subscription {
                  "What a test says."
                  tick(organization: ID!, size: Int = 0): Tick!
                }
                "A value."
                type Tick { number: Int! padding: String! fault: String }
                """;
    }
}
