package dev.pulsegraph.command;

import io.micronaut.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends parts of a file and reads what became of them. The client of the JDK hands out an answer only when the request has
 * been sent, which is why a file is sent in parts.
 */
final class BulkClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final JsonMapper json = JsonMapper.createDefault();
    private final URI address;
    private final String bearer;
    private final String mediaType;

    BulkClient(URI address, String bearer, String mediaType) {
        this.address = address;
        this.bearer = bearer;
        this.mediaType = mediaType;
    }

    /** Answers why it failed; null when the part was taken. */
    @Nullable
    String send(FileParts.Part part, Sums sums, RejectReport rejects, ImportProgress progress)
            throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", mediaType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(part.bytes().toByteArray()))
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                if (response.statusCode() != 200) {
                    return rejection(response.statusCode(), lines.lines().toList());
                }
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Map<?, ?> told = object(json.readValue(line, Object.class));
                    if (told.containsKey("error")) {
                        return object(told.get("error")).get("message") + "";
                    }
                    if (told.containsKey("done")) {
                        sums.safeLine = part.lastLine();
                        return null;
                    }
                    acknowledge(told, part, sums, rejects);
                    progress.acknowledged(sums.written + sums.unchanged + rejects.count());
                }
            }
            return "The answer of the server broke off.";
        } catch (IOException e) {
            return "The connection to " + address.getAuthority() + " failed"
                    + (e.getMessage() == null ? "." : ": " + e.getMessage() + ".");
        }
    }

    private static void acknowledge(Map<?, ?> chunk, FileParts.Part part, Sums sums, RejectReport rejects) {
        sums.written += number(chunk.get("written"));
        sums.unchanged += number(chunk.get("unchanged"));
        sums.safeLine = part.offset() + number(chunk.get("lastLine"));
        List<?> listed = chunk.get("rejected") instanceof List<?> list ? list : List.of();
        for (Object rejected : listed) {
            Map<?, ?> reject = object(rejected);
            rejects.add(
                    part.offset() + number(reject.get("line")),
                    String.valueOf(reject.get("code")),
                    String.valueOf(reject.get("reason")));
        }
        rejects.addUnlisted(number(chunk.get("rejectedCount")) - listed.size());
    }

    private String rejection(int status, List<String> body) {
        try {
            if (json.readValue(String.join("\n", body), Object.class) instanceof Map<?, ?> map
                    && map.get("errors") instanceof List<?> errors
                    && !errors.isEmpty()) {
                return String.valueOf(object(errors.getFirst()).get("message"));
            }
        } catch (IOException notOurs) {
            // falls through to the status
        }
        return "The server at " + address.getAuthority() + " answered with the status " + status + ".";
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    @Override
    public void close() {
        http.close();
    }

    /** What has become of all parts so far. */
    static final class Sums {
        long written;
        long unchanged;
        /** The number of the line up to which nothing need be sent again. */
        long safeLine;
    }
}
