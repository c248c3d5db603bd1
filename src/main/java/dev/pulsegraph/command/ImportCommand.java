package dev.pulsegraph.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends a file to a running server, part by part, so that it can say at any time up to which line all is safe. Exits 0 when
 * everything was written, 1 when some lines were rejected or there were none, 2 when it failed.
 */
@Command(
        name = "import",
        description = {
            "Sends a file to a running server, for example: import metrics metrics.csv.gz --organization acme",
            "Exits 0 when everything was written, 1 when some lines were rejected or there were none, 2 when it failed."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    enum Format {
        NDJSON("application/x-ndjson"),
        CSV("text/csv");

        final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(paramLabel = "TARGET", description = "What the file holds: metrics or embeddings.")
    String target = "";

    @Parameters(paramLabel = "FILE", description = "The file, which may be compressed (.gz); - for standard input.")
    String file = "";

    @Option(
            names = "--format",
            paramLabel = "NDJSON|CSV",
            description = "Format of the file. Default: by its extension (.csv, .ndjson, .jsonl).")
    @Nullable
    Format format;

    @Option(
            names = "--url",
            defaultValue = "http://localhost:8080",
            description = "The server. Default: ${DEFAULT-VALUE}.")
    URI url = URI.create("http://localhost:8080");

    @Option(
            names = "--key",
            paramLabel = "SECRET",
            defaultValue = "${env:PULSEGRAPH_API_KEY}",
            description = "An API key with the scope WRITE. Default: the variable PULSEGRAPH_API_KEY.")
    @Nullable
    String key;

    @Option(names = "--token", description = "A user's token, instead of a key; needs --organization.")
    @Nullable
    String token;

    @Option(names = "--organization", paramLabel = "SLUG|ID", description = "The organization; a key implies its own.")
    @Nullable
    String organization;

    @Option(
            names = "--from-line",
            paramLabel = "N",
            defaultValue = "1",
            description = "First line to send, to resume after a failure.")
    long fromLine = 1;

    @Option(names = "--rejects", paramLabel = "FILE", description = "Writes rejected lines into this file, as NDJSON.")
    @Nullable
    Path rejects;

    @Override
    public Integer call() throws InterruptedException {
        String bearer = token == null || token.isBlank() ? key : token;
        if (bearer == null || bearer.isBlank()) {
            return failed("Credentials are required: --key, PULSEGRAPH_API_KEY or --token.");
        }
        Format known = format == null ? byName(file) : format;
        if (known == null) {
            return failed("The extension of the file is unknown; add --format ndjson or --format csv.");
        }
        if (!file.equals("-") && !Files.isRegularFile(Path.of(file))) {
            return failed("There is no file " + file + ".");
        }
        try {
            return send(known, bearer);
        } catch (IOException unreadable) {
            return failed("The file cannot be read: " + unreadable.getMessage() + ".");
        }
    }

    private int send(Format known, String bearer) throws IOException, InterruptedException {
        long size = file.equals("-") ? -1 : Files.size(Path.of(file));
        try (InputStream raw = file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
                var counted = new CountingInputStream(new BufferedInputStream(raw, 1 << 16));
                InputStream decoded = isCompressed(file) ? new GZIPInputStream(counted, 1 << 16) : counted;
                ImportProgress progress =
                        ImportProgress.of(counted, size, spec().commandLine().getErr());
                RejectReport rejected = new RejectReport(spec().commandLine().getErr(), rejects);
                var client = new BulkClient(address(), bearer, known.mediaType)) {
            var parts = new FileParts(decoded, known == Format.CSV, fromLine, rejected);
            return send(parts, client, progress, rejected);
        }
    }

    private int send(FileParts parts, BulkClient client, ImportProgress progress, RejectReport rejected)
            throws InterruptedException {
        var sums = new BulkClient.Sums();
        String failure = null;
        try {
            for (FileParts.Part part = parts.next(); part != null && failure == null; ) {
                failure = client.send(part, sums, rejected, progress);
                part = failure == null ? parts.next() : null;
            }
        } catch (IOException unreadable) {
            failure = "The file cannot be read: " + unreadable.getMessage() + ".";
        }
        progress.close();
        spec().commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%,d written, %,d unchanged, %,d rejected, in %s%n",
                        sums.written,
                        sums.unchanged,
                        rejected.count(),
                        progress.rate(sums.written + sums.unchanged + rejected.count()));
        spec().commandLine().getOut().flush();
        if (failure != null) {
            long next = Math.max(fromLine, sums.safeLine + 1);
            return failed(
                    failure + " Everything before line " + next + " is written; resume with --from-line " + next + ".");
        }
        if (fromLine == 1 && sums.written + sums.unchanged + rejected.count() == 0) {
            warn("The file contains no data.");
            return 1;
        }
        return rejected.count() == 0 ? 0 : 1;
    }

    private URI address() {
        String query = organization == null || organization.isBlank()
                ? ""
                : "?organization=" + URLEncoder.encode(organization, StandardCharsets.UTF_8);
        String base = url.toString().endsWith("/") ? url.toString() : url + "/";
        return URI.create(base + "v1/" + URLEncoder.encode(target, StandardCharsets.UTF_8) + query);
    }

    private CommandSpec spec() {
        return java.util.Objects.requireNonNull(spec);
    }

    private int failed(String sentence) {
        warn(sentence);
        return 2;
    }

    private void warn(String sentence) {
        var line = spec().commandLine();
        line.getErr().println(line.getColorScheme().errorText(sentence));
        line.getErr().flush();
    }

    private static boolean isCompressed(String name) {
        return name.endsWith(".gz");
    }

    private static @Nullable Format byName(String name) {
        String plain = isCompressed(name) ? name.substring(0, name.length() - 3) : name;
        return switch (plain.substring(plain.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "csv" -> Format.CSV;
            case "ndjson", "jsonl" -> Format.NDJSON;
            default -> null;
        };
    }
}
