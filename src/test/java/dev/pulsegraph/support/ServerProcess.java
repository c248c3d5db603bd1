package dev.pulsegraph.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.Application;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, which can be killed. */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("GraphQL +(http://[^/\\s]+)/");

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path output;
    private final URI address;

    private ServerProcess(Process process, Path output) throws IOException {
        this.process = process;
        this.output = output;
        this.address = awaitAddress();
    }

    /**
     * Starts one and waits until it listens. It runs no jobs and has 256 MB of heap, unless the options say otherwise.
     *
     * @param options more options of the virtual machine, such as settings
     */
    public static ServerProcess start(TestDatabase database, Path directory, String... options) throws IOException {
        List<String> all = new ArrayList<>();
        all.add("-Ddatasources.default.url=" + database.url());
        all.add("-Ddatasources.default.username=" + database.login());
        all.add("-Ddatasources.default.password=" + database.password());
        all.add("-Dpulsegraph.jwt.secret=a secret of the tests that is long enough for HS256");
        all.addAll(List.of(options));
        return start(directory, all);
    }

    /** The same with a database of its own, whose data are in {@code data}. */
    public static ServerProcess startWithDatabase(Path data, Path directory, String... options) throws IOException {
        List<String> all = withDatabase(data);
        all.addAll(List.of(options));
        return start(directory, all);
    }

    /** It logs what an installation would. */
    private static List<String> withDatabase(Path data) {
        return new ArrayList<>(List.of(
                "-Dpulsegraph.database.data-directory=" + data,
                "-Dpulsegraph.jwt.secret-file=" + data.resolve("jwt-secret"),
                "-Dlogback.configurationFile=logback.xml"));
    }

    /** Starts the same, and kills it as soon as it says this. */
    public static void killAt(Path data, Path directory, String text) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "server", ".log");
        Process process = launch(withDatabase(data), output);
        while (!Files.readString(output).contains(text)) {
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
            Thread.sleep(1);
        }
        process.destroyForcibly().waitFor();
    }

    private static ServerProcess start(Path directory, List<String> options) throws IOException {
        Path output = Files.createTempFile(directory, "server", ".log");
        return new ServerProcess(launch(options, output), output);
    }

    private static Process launch(List<String> options, Path output) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", ClassPath.ofTests()));
        command.add("-Dmicronaut.server.port=-1");
        command.add("-Dpulsegraph.jobs.enabled=false");
        command.addAll(options);
        command.add(Application.class.getName());
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(PULSEGRAPH|DATASOURCES|MICRONAUT)_.*"));
        return builder.start();
    }

    public URI uri(String path) {
        return address.resolve(path);
    }

    public String output() throws IOException {
        return Files.readString(output);
    }

    public void runFor(Duration time) throws InterruptedException {
        assertThat(process.waitFor(time)).as("the server ended by itself").isFalse();
    }

    /** Waits for its end, and answers how it ended. */
    public int awaitEnd(Duration longest) throws InterruptedException {
        assertThat(process.waitFor(longest)).as("the server ends by itself").isTrue();
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    /** The sum of what Prometheus is told under this name. */
    public double metric(String name) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri("/prometheus")).timeout(TIMEOUT).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", "")))
                .sum();
    }

    /** Ends it as a power failure would: nothing in it can react. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, as an operating system does that shuts down. */
    public void terminate() {
        process.destroy();
    }

    /** Asks it to end, and waits until it has. */
    public void stop() {
        terminate();
        try {
            assertThat(process.waitFor(Duration.ofSeconds(30)))
                    .as("the server ends when it is asked to")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        stop();
    }

    private URI awaitAddress() throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Matcher found = ADDRESS.matcher(output());
            if (found.find()) {
                return URI.create(found.group(1));
            }
            assertThat(process.isAlive()).as(output()).isTrue();
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            try {
                process.waitFor(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
