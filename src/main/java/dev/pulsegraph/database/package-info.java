/** The database as a whole: the embedded server, migrations, isolation of tenants, the transaction of an operation. */
@NullMarked
package dev.pulsegraph.database;

import org.jspecify.annotations.NullMarked;
