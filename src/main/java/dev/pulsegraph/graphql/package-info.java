/** GraphQL over HTTP and WebSockets: the only package that knows how it is wired. */
@NullMarked
package dev.pulsegraph.graphql;

import org.jspecify.annotations.NullMarked;
