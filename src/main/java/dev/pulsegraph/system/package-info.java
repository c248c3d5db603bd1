/** What the operator sees of the installation: versions, capabilities, tables, statements, health. */
@NullMarked
package dev.pulsegraph.system;

import org.jspecify.annotations.NullMarked;
