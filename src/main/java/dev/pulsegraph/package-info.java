/** A self-hosted GraphQL analytics API on PostgreSQL. */
@NullMarked
package dev.pulsegraph;

import org.jspecify.annotations.NullMarked;
