/** What the operator sees of the installation: versions, capabilities, tables, statements, health. */
@NullMarked
package dev.pulsegraph.operations;

import org.jspecify.annotations.NullMarked;
