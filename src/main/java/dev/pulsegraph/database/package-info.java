/**
 * The database as a whole: the embedded server, migrations, isolation of tenants, the transaction of an operation. It names no
 * table of a feature, but where an exception to isolation is listed; what it needs of a feature, the feature offers: {@link
 * dev.pulsegraph.database.AfterMigration}, {@link dev.pulsegraph.database.Profiles}.
 */
@NullMarked
package dev.pulsegraph.database;

import org.jspecify.annotations.NullMarked;
