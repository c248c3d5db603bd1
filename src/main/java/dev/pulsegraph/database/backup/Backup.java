package dev.pulsegraph.database.backup;

import dev.pulsegraph.database.Migrations;
import io.micronaut.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * One snapshot of everything, for a file. Whoever reads and writes goes on; only what would change tables waits, or gives up,
 * until it is closed.
 */
public final class Backup implements AutoCloseable {
    private static final String SESSION = """
            set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
            set local bytea_output = 'hex'; set local extra_float_digits = 1; set local search_path = pg_catalog;
            set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local jit = off""";

    private final Connection connection;
    private final Tables tables;
    private final String schema;
    private final String takenAt;

    private Backup(Connection connection, Tables tables, String schema, String takenAt) {
        this.connection = connection;
        this.tables = tables;
        this.schema = schema;
        this.takenAt = takenAt;
    }

    /** Takes the snapshot. */
    public static Backup begin(Migrations owner) {
        String schema = owner.version()
                .orElseThrow(() -> new IllegalStateException("There is nothing to back up: no migration is applied."));
        try {
            Connection connection = owner.connect();
            try {
                return begin(connection, schema);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The backup failed: " + e.getMessage(), e);
        }
    }

    private static Backup begin(Connection connection, String schema) throws SQLException {
        Tables before = Tables.of(connection);
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read, read only");
            prepare(connection);
            statement.execute("set local role pulsegraph_backup");
            // A lock is no look: the snapshot is taken after it, so no table can change or go between the two.
            statement.execute("set local lock_timeout = '30s'");
            statement.execute("lock table " + before.list() + " in access share mode");
            String takenAt;
            try (var row = statement.executeQuery("select to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")) {
                row.next();
                takenAt = row.getString(1);
            }
            Tables tables = Tables.of(connection);
            if (!tables.list().equals(before.list())) {
                throw new IllegalStateException(
                        "The tables changed just now; back up again when the migration is done.");
            }
            return new Backup(connection, tables, schema, takenAt);
        }
    }

    /** Makes values look the same wherever they are read. */
    static void prepare(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(SESSION);
        }
    }

    /** The name under which another transaction can see what this one sees. */
    public String snapshot() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    /**
     * Writes the file, which appears when it is whole, readable by its owner alone.
     *
     * @param product the version of Pulsegraph
     * @param progress is told what was done, a line each
     */
    public Manifest write(Path file, String product, Consumer<String> progress) {
        Path target = file.toAbsolutePath();
        try {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Path unfinished = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".unfinished");
            try {
                Manifest manifest = writeTo(unfinished, product, progress);
                Files.move(unfinished, target);
                return manifest;
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException(file + " exists; a backup overwrites nothing.", e);
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(
                    "The backup failed, and " + file + " was not written: " + e.getMessage(), e);
        }
    }

    private Manifest writeTo(Path file, String product, Consumer<String> progress) throws IOException, SQLException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
            zip.setLevel(Deflater.BEST_SPEED);
            List<Manifest.Table> written = new ArrayList<>();
            for (Tables.Table table : tables.tables()) {
                zip.putNextEntry(new ZipEntry(Manifest.Table.entry(table.name())));
                Manifest.Contents contents = read(connection, table, zip);
                zip.closeEntry();
                written.add(new Manifest.Table(table.name(), table.columns(), contents));
                progress.accept("%,12d  %s".formatted(contents.rows(), table.name()));
            }
            var manifest = new Manifest(
                    Manifest.FORMAT,
                    product,
                    connection.getMetaData().getDatabaseProductVersion(),
                    schema,
                    takenAt,
                    written,
                    tables.partitions(),
                    tables.sequences());
            zip.putNextEntry(new ZipEntry(Manifest.ENTRY));
            zip.write(JsonMapper.createDefault().writeValueAsBytes(manifest));
            zip.closeEntry();
            zip.finish();
            zip.flush();
            channel.force(true);
            return manifest;
        }
    }

    /** Sends every row of a table there and answers what that was. */
    static Manifest.Contents read(Connection connection, Tables.Table table, OutputStream out)
            throws IOException, SQLException {
        var fingerprint = new Fingerprint();
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(table.copyOut());
        try {
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                fingerprint.add(row, 0, row.length);
                out.write(row);
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        return fingerprint.contents();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
