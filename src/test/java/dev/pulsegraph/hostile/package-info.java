/** What people who mean harm do to a server, and what everybody else notices of it. */
@NullMarked
package dev.pulsegraph.hostile;

import org.jspecify.annotations.NullMarked;
