package dev.pulsegraph.database.backup;

import io.micronaut.json.JsonMapper;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A backup that is read. What is cut off or damaged is refused before anything is done with it. */
public final class BackupFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final ZipFile zip;
    private final Manifest manifest;

    private BackupFile(Path file, ZipFile zip, Manifest manifest) {
        this.file = file;
        this.zip = zip;
        this.manifest = manifest;
    }

    public static BackupFile open(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            ZipFile zip = new ZipFile(file.toFile());
            try {
                return new BackupFile(file, zip, manifest(file, zip));
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new IllegalStateException("There is no file " + file + " that could be read.", e);
        } catch (ZipException e) {
            throw new IllegalStateException(
                    file + " is not a complete backup of Pulsegraph: it is truncated, or another kind of file ("
                            + e.getMessage() + ").",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException(file + " could not be read: " + e.getMessage(), e);
        }
    }

    private static Manifest manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(Manifest.ENTRY);
        if (entry == null) {
            throw new IllegalStateException(file + " is not a backup of Pulsegraph: it has no " + Manifest.ENTRY + ".");
        }
        try (var in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            byte[] json = in.readAllBytes();
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw new IllegalStateException(
                        file + " is damaged: " + Manifest.ENTRY + " differs from what was written.");
            }
            Manifest manifest =
                    Objects.requireNonNull(JsonMapper.createDefault().readValue(json, Manifest.class));
            if (!Manifest.FORMAT.equals(manifest.format())) {
                throw new IllegalStateException(
                        file + " has the format " + manifest.format() + ", and this Pulsegraph reads " + Manifest.FORMAT
                                + "; restore it with the version that wrote it, " + manifest.product() + ".");
            }
            return manifest;
        }
    }

    public Manifest manifest() {
        return manifest;
    }

    /** Reads all of it and refuses what is not as it was written. */
    public void check(Consumer<String> progress) {
        for (Manifest.Table table : manifest.tables()) {
            var fingerprint = new Fingerprint();
            byte[] buffer = new byte[BUFFER];
            try (InputStream in = open(table)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    fingerprint.add(buffer, 0, read);
                }
            } catch (ZipException | EOFException e) {
                throw damaged(table, e);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " could not be read: " + e.getMessage(), e);
            }
            if (!fingerprint.contents().equals(table.contents())) {
                throw damaged(table, null);
            }
        }
        progress.accept("%s is whole: %,d rows of %d tables, schema %s, taken at %s by Pulsegraph %s"
                .formatted(
                        file,
                        manifest.rows(),
                        manifest.tables().size(),
                        manifest.schema(),
                        manifest.takenAt(),
                        manifest.product()));
    }

    InputStream open(Manifest.Table table) throws IOException {
        ZipEntry entry = zip.getEntry(table.entry());
        if (entry == null) {
            throw damaged(table, null);
        }
        return zip.getInputStream(entry);
    }

    private IllegalStateException damaged(Manifest.Table table, @Nullable Exception cause) {
        return new IllegalStateException(
                file + " is damaged: the rows of " + table.name() + " are not what was backed up. Nothing was changed.",
                cause);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
