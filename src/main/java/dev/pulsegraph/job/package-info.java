/** Background jobs: run once per interval whatever the number of nodes, recorded, measured, and run at once when asked. */
@NullMarked
package dev.pulsegraph.job;

import org.jspecify.annotations.NullMarked;
