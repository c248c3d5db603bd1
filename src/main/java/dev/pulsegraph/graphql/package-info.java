/** The only package that knows HTTP and how GraphQL is wired. */
@NullMarked
package dev.pulsegraph.graphql;

import org.jspecify.annotations.NullMarked;
