package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.request.RateLimits;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of one operation and the switches of the endpoint.
 *
 * @param maxDepth depth of the selection; introspection has its own limits
 * @param maxRootFields root fields of the operation
 * @param maxAliases aliases in the whole document
 * @param maxTokens tokens of the document
 * @param maxCost estimated cost of an operation
 * @param heavyCost from what cost on operations share the few connections that are for such
 * @param maxAnswerObjects objects of a response, and rows read for it
 * @param maxAnswerBytes bytes of a response; lower on a small heap
 * @param rateCapacity cost a caller can accumulate
 * @param rateRefill cost refilled per caller and second
 * @param organizationRateCapacity the cost all keys of an organization may spend at once; twice a caller's when nothing is said
 * @param organizationRateRefill the cost they get back each second; twice a caller's when nothing is said
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
        @Bindable(defaultValue = "1000") long heavyCost,
        @Limit @Bindable(defaultValue = "200000") int maxAnswerObjects,
        @Limit @Bindable(defaultValue = "16777216") long maxAnswerBytes,
        @Limit @Bindable(defaultValue = "100000") long rateCapacity,
        @Limit @Bindable(defaultValue = "10000") long rateRefill,
        @Nullable Long organizationRateCapacity,
        @Nullable Long organizationRateRefill,
        @Bindable(defaultValue = "true") boolean introspection,
        @Bindable(defaultValue = "OFF") TrustedDocuments trustedDocuments,
        @Nullable String trustedDocumentsFile,
        @Bindable(defaultValue = "1s") Duration slowOperation) {

    private static final int CALLERS_AN_ORGANIZATION = 2;
    /** A bucket is filled drop by drop, at most one a nanosecond. */
    private static final long FASTEST = 1_000_000_000L / CALLERS_AN_ORGANIZATION;

    public GraphQLSettings {
        require("rate-capacity", rateCapacity, Long.MAX_VALUE / CALLERS_AN_ORGANIZATION);
        require("rate-refill", rateRefill, FASTEST);
        require("organization-rate-capacity", organizationRateCapacity, Long.MAX_VALUE);
        require("organization-rate-refill", organizationRateRefill, FASTEST);
    }

    private static void require(String name, @Nullable Long given, long most) {
        if (given != null && (given < 1 || given > most)) {
            throw new IllegalArgumentException(
                    "pulsegraph.graphql." + name + ": " + given + " is not from 1 to " + most + ".");
        }
    }

    /** What a caller may spend. */
    RateLimits.Share ofCaller() {
        return new RateLimits.Share(rateCapacity, rateRefill);
    }

    /** What all keys of an organization may spend together. */
    RateLimits.Share ofOrganization() {
        return new RateLimits.Share(
                Objects.requireNonNullElse(organizationRateCapacity, CALLERS_AN_ORGANIZATION * rateCapacity),
                Objects.requireNonNullElse(organizationRateRefill, CALLERS_AN_ORGANIZATION * rateRefill));
    }

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
