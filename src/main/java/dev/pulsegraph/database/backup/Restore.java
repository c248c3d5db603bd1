package dev.pulsegraph.database.backup;

import dev.pulsegraph.database.DatabaseAccount;
import dev.pulsegraph.database.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * Reads a backup into a database: the schema of its time, then all rows in one transaction, compared with what was backed up
 * before it is committed, then the migrations since.
 *
 * @param owner of the database that is written
 * @param login the account of servers, which may not be running
 */
public record Restore(Migrations owner, DatabaseAccount login, Consumer<String> progress) {
    /** Foreign keys are checked at the end of a statement, and PostgreSQL remembers each row until then. */
    private static final int STATEMENT = 8 << 20;

    private static final int BUFFER = 1 << 16;

    /**
     * Restores.
     *
     * @param overwrite whether the data that is there may be deleted
     */
    public void run(BackupFile backup, boolean overwrite) {
        Manifest manifest = backup.manifest();
        if (!owner.knows(manifest.schema())) {
            throw new IllegalStateException("The backup has the schema " + manifest.schema() + " of Pulsegraph "
                    + manifest.product() + ", which is newer than this one. Restore it with that version.");
        }
        backup.check(progress);
        try (Connection connection = owner.connect()) {
            refuseServers();
            bringTo(manifest.schema(), connection, overwrite);
            connection.setAutoCommit(false);
            Backup.prepare(connection);
            load(connection, backup);
            connection.commit();
            connection.setAutoCommit(true);
            for (Manifest.Table table : manifest.tables()) {
                execute(connection, "analyze public." + Tables.quoted(table.name()));
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("The restore failed and changed no row: " + e.getMessage(), e);
        }
        owner.migrate();
    }

    private void refuseServers() {
        List<String> sessions = owner.sessions(login);
        if (!sessions.isEmpty()) {
            throw new IllegalStateException("A server uses this database: " + String.join(", ", sessions)
                    + ". Stop it, restore, and start it again.");
        }
    }

    /** The schema of the backup. Undoing what is newer deletes data, which the caller has been asked about. */
    private void bringTo(String schema, Connection connection, boolean overwrite) throws SQLException {
        Optional<String> there = owner.version();
        if (there.isPresent()) {
            refuseData(connection, Tables.of(connection), overwrite);
        }
        if (there.isPresent() && there.get().compareTo(schema) > 0) {
            owner.undo(schema);
        }
        owner.migrateTo(schema);
    }

    private static void refuseData(Connection connection, Tables tables, boolean overwrite) throws SQLException {
        if (overwrite) {
            return;
        }
        List<String> there = new ArrayList<>();
        execute(connection, "begin");
        execute(connection, "set local role pulsegraph_backup");
        for (Tables.Table table : tables.tables()) {
            if (table.tenants()) {
                try (var statement = connection.createStatement();
                        var row = statement.executeQuery("select count(*) from " + table.qualified())) {
                    row.next();
                    if (row.getLong(1) > 0) {
                        there.add("%,d of %s".formatted(row.getLong(1), table.name()));
                    }
                }
            }
        }
        execute(connection, "rollback");
        if (!there.isEmpty()) {
            throw new IllegalStateException("The database has data, which was not touched: " + String.join(", ", there)
                    + ". Restore into an empty database, or delete all of it by --overwrite.");
        }
    }

    private void load(Connection connection, BackupFile backup) throws SQLException, IOException {
        Manifest manifest = backup.manifest();
        Tables tables = Tables.of(connection);
        Map<String, Tables.Table> byName =
                tables.tables().stream().collect(Collectors.toMap(Tables.Table::name, Function.identity()));
        for (Manifest.Table table : manifest.tables()) {
            Tables.Table here = byName.get(table.name());
            if (here == null || !here.columns().containsAll(table.columns())) {
                throw new IllegalStateException(
                        "The backup's table " + table.name() + " has the columns " + table.columns()
                                + ", and that of schema " + manifest.schema() + " here "
                                + (here == null ? "does not exist" : "has " + here.columns()) + ".");
            }
        }
        execute(connection, "set constraints all immediate");
        execute(connection, "truncate " + tables.list());
        replacePartitions(connection, tables, manifest);
        for (Tables.Table table : tables.tables()) {
            execute(connection, "alter table " + table.qualified() + " disable trigger user");
            if (table.forced()) {
                execute(connection, "alter table " + table.qualified() + " no force row level security");
            }
        }
        for (Manifest.Table table : manifest.tables()) {
            var columns = new Tables.Table(table.name(), table.columns(), false, false);
            copy(connection, columns, backup.open(table));
            if (!Backup.read(connection, columns, OutputStream.nullOutputStream())
                    .equals(table.contents())) {
                throw new IllegalStateException(
                        "What arrived in " + table.name() + " is not what was backed up; nothing was changed.");
            }
            progress.accept("%,12d  %s".formatted(table.contents().rows(), table.name()));
        }
        for (Tables.Table table : tables.tables()) {
            execute(connection, "alter table " + table.qualified() + " enable trigger user");
            if (table.forced()) {
                execute(connection, "alter table " + table.qualified() + " force row level security");
            }
        }
        setSequences(connection, manifest);
    }

    /** Those of the backup, and no others: an archived month has the name of one that is not. */
    private static void replacePartitions(Connection connection, Tables tables, Manifest manifest) throws SQLException {
        execute(connection, "set local role pulsegraph_guard");
        for (Manifest.Partition partition : tables.partitions()) {
            execute(connection, "drop table partitions." + Tables.quoted(partition.name()));
        }
        for (Manifest.Partition partition : manifest.partitions()) {
            try (var make = connection.prepareStatement(
                    "select app.make_partition(?, ?, ?::text::timestamptz, ?::text::timestamptz)")) {
                make.setString(1, partition.parent());
                make.setString(2, partition.name());
                make.setString(3, partition.since());
                make.setString(4, partition.until());
                make.execute();
            }
            if (partition.fillFactor() != null) {
                execute(
                        connection,
                        "alter table partitions." + Tables.quoted(partition.name()) + " set (fillfactor = "
                                + partition.fillFactor() + ")");
            }
        }
        execute(connection, "reset role");
    }

    private static void copy(Connection connection, Tables.Table table, InputStream rows)
            throws SQLException, IOException {
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        byte[] buffer = new byte[BUFFER];
        CopyIn copy = manager.copyIn(table.copyIn());
        try (rows) {
            long sent = 0;
            for (int read = rows.read(buffer); read >= 0; read = rows.read(buffer)) {
                int end = sent + read < STATEMENT ? 0 : endOfRow(buffer, read);
                if (end > 0) {
                    copy.writeToCopy(buffer, 0, end);
                    copy.endCopy();
                    copy = manager.copyIn(table.copyIn());
                    sent = 0;
                }
                copy.writeToCopy(buffer, end, read - end);
                sent += read - end;
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Behind the last row that ends in the buffer; 0 when none does. */
    private static int endOfRow(byte[] buffer, int length) {
        for (int i = length; i > 0; i--) {
            if (buffer[i - 1] == '\n') {
                return i;
            }
        }
        return 0;
    }

    private static void setSequences(Connection connection, Manifest manifest) throws SQLException {
        for (Manifest.Sequence sequence : manifest.sequences()) {
            try (var set = connection.prepareStatement("select setval(format('public.%I', ?)::regclass, ?)")) {
                set.setString(1, sequence.name());
                set.setLong(2, sequence.value());
                set.execute();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
