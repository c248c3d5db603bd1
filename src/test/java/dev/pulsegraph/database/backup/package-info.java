/** Backups. */
@org.jspecify.annotations.NullMarked
package dev.pulsegraph.database.backup;
