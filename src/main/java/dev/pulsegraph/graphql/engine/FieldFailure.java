package dev.pulsegraph.graphql.engine;

import graphql.execution.ResultPath;
import graphql.language.SourceLocation;
import graphql.schema.GraphQLFieldDefinition;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A field, or an element of its list, that could not be answered.
 *
 * @param path of what failed
 * @param location of the field in the document
 * @param arguments of the field; asked for only when something is wrong with one
 */
public record FieldFailure(
        Throwable thrown,
        ResultPath path,
        @Nullable SourceLocation location,
        GraphQLFieldDefinition definition,
        Supplier<Map<String, Object>> arguments) {}
