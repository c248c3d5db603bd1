package dev.pulsegraph.hostile;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.HeapWatch;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.KeySetServer;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.Signed;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A server of 256 MB with a database and an identity provider of its own, and people who send to it. */
final class HostileWorld implements AutoCloseable {
    private static final ECKey SIGNING = signing();
    private static final Pattern ERROR = Pattern.compile(".* ERROR .*(\\R.*){0,40}");
    private static final int MAX_ERRORS = 5;

    private final TestDatabase database = TestDatabase.migrated();
    private final KeySetServer provider = new KeySetServer();
    private final Json json = new Json(JsonMapper.createDefault());
    private final AtomicInteger number = new AtomicInteger();
    private final Map<String, String> keys = new ConcurrentHashMap<>();
    private final Path directory;
    private final String[] options;
    private final HeapWatch heap;
    private HttpClient http = client();
    private @Nullable ServerProcess server;

    /** @param options more of the server's, such as settings */
    HostileWorld(Path directory, String... options) throws IOException {
        this.directory = directory;
        this.options = options;
        this.heap = new HeapWatch(directory);
        provider.publish(SIGNING);
        start();
    }

    private static ECKey signing() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("provider").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start() throws IOException {
        String[] all = new String[options.length + 4];
        all[0] = "-XX:+UseG1GC";
        all[1] = "-XX:+ExitOnOutOfMemoryError";
        all[2] = heap.option();
        all[3] = "-Dpulsegraph.jwt.jwks-url=" + provider.url();
        System.arraycopy(options, 0, all, 4, options.length);
        server = ServerProcess.start(database, directory, all);
    }

    /** What the server has; and starts it again when an attack before has killed it, so that each is judged by itself. */
    Resources resources() throws IOException, InterruptedException {
        try {
            return Resources.of(server(), heap);
        } catch (IOException | AssertionError dead) {
            server().kill();
            start();
            return Resources.of(server(), heap);
        }
    }

    ServerProcess server() {
        return Objects.requireNonNull(server);
    }

    /** What the server has logged as its own fault, with the first lines of what follows. */
    String errors() throws IOException {
        return ERROR.matcher(server().output())
                .results()
                .limit(MAX_ERRORS)
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
    }

    URI uri(String path) {
        return server().uri(path);
    }

    TestDatabase database() {
        return database;
    }

    KeySetServer provider() {
        return provider;
    }

    Json json() {
        return json;
    }

    /** The client of those who attack. */
    HttpClient http() {
        return http;
    }

    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** Ends the connections of those who attack. */
    void hangUp() {
        http.shutdownNow();
        http = client();
    }

    /** Somebody new, with an organization of the tier ENTERPRISE. */
    Attacker attacker(Duration timeout) {
        UUID user = UUID.randomUUID();
        UUID organization = UUID.randomUUID();
        String slug = "tenant-" + number.incrementAndGet();
        database.execute("begin; select set_config('app.user_id', '" + user + "', true);"
                + " insert into user_profiles (id, email) values ('" + user + "', '" + slug + "@attack.example');"
                + " insert into organizations (id, name, slug) values ('" + organization + "', 'Tenant', '" + slug
                + "'); commit");
        database.execute("update organizations set subscription_tier = 'enterprise' where id = '" + organization + "'");
        String token = Signed.withSecret(Signed.claims(Instant.now())
                .subject(user.toString())
                .claim("email", slug + "@attack.example")
                .build());
        return new Attacker(this, user, organization, slug, token, timeout);
    }

    /** A token as the identity provider signs it, by a key it publishes. */
    static String tokenOfProvider(UUID user) {
        return tokenOfProvider(user, "provider");
    }

    /** The same by a key of any name, which may be none that is published. */
    static String tokenOfProvider(UUID user, String key) {
        try {
            return Signed.with(
                    new ECDSASigner(SIGNING),
                    JWSAlgorithm.ES256,
                    key,
                    Signed.claims(Instant.now()).subject(user.toString()).build());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String sharedKey(UUID organization, String scope) {
        return keys.computeIfAbsent(organization + scope, any -> key(organization, scope));
    }

    /** A new key of an organization. */
    String key(UUID organization, String scope) {
        String key = Secret.create(Secret.API_KEY).text();
        database.execute("insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes) values ('"
                + organization + "', gen_random_uuid(), 'a key', 'pgk_', decode('" + new Secret(key).sha256()
                + "', 'hex'), '{" + scope + "}')");
        return key;
    }

    @Override
    public void close() {
        http.shutdownNow();
        ServerProcess running = server;
        if (running != null) {
            running.close();
        }
        provider.close();
        database.close();
    }
}
