@NullMarked
package dev.pulsegraph.graphql.engine;

import org.jspecify.annotations.NullMarked;
