/** Backups: one file, written beside a server that goes on serving, and read back whole or not at all. */
@NullMarked
package dev.pulsegraph.database.backup;

import org.jspecify.annotations.NullMarked;
