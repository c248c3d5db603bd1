package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of one operation and the switches of the endpoint.
 *
 * @param maxDepth levels of selection; introspection has bounds of its own
 * @param maxRootFields root fields of the operation
 * @param maxAliases aliases in the whole document
 * @param maxTokens tokens of the document
 * @param maxCost estimated objects of the answer
 * @param rateCapacity the cost a caller may spend at once
 * @param rateRefill the cost a caller gets back each second
 * @param introspection whether the schema may be asked for, here and at {@code /schema.graphqls}
 * @param trustedDocuments what happens to documents that are not in the manifest
 * @param trustedDocumentsFile the manifest: a JSON object from SHA-256 to document
 * @param slowOperation from what time on an operation is logged
 */
@ConfigurationProperties("pulsegraph.graphql")
public record GraphQLSettings(
        @Limit @Bindable(defaultValue = "12") int maxDepth,
        @Limit @Bindable(defaultValue = "10") int maxRootFields,
        @Limit @Bindable(defaultValue = "30") int maxAliases,
        @Limit @Bindable(defaultValue = "10000") int maxTokens,
        @Limit @Bindable(defaultValue = "20000") long maxCost,
        @Limit @Bindable(defaultValue = "100000") long rateCapacity,
        @Limit @Bindable(defaultValue = "10000") long rateRefill,
        @Bindable(defaultValue = "true") boolean introspection,
        @Bindable(defaultValue = "OFF") TrustedDocuments trustedDocuments,
        @Nullable String trustedDocumentsFile,
        @Bindable(defaultValue = "1s") Duration slowOperation) {

    /** What happens to a document that the manifest does not hold. */
    public enum TrustedDocuments {
        /** It runs. */
        OFF,
        /** It runs, and a line in the log says so. */
        LOG,
        /** It is refused. */
        ENFORCE
    }
}
