package dev.pulsegraph.embedding.model;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.StrictJson;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PreDestroy;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The models this server can run, by name: the built-in one and those of the endpoints that are configured. Made at the
 * start, so that a setting that is wrong is found then.
 */
@Context
public class EmbeddingModels {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, EmbeddingModel> models = new LinkedHashMap<>();
    private final HashingModel builtIn;
    private final @Nullable HttpClient http;

    EmbeddingModels(
            HashingModel builtIn,
            Collection<EndpointSettings> endpoints,
            JsonMapper json,
            StrictJson strictJson,
            MeterRegistry meters,
            Clock clock) {
        this.builtIn = builtIn;
        models.put(builtIn.name(), builtIn);
        HttpClient client = endpoints.isEmpty() ? null : client();
        this.http = client;
        if (client != null) {
            for (EndpointSettings settings : endpoints) {
                add(
                        settings,
                        new EndpointModel(
                                settings,
                                new EndpointClient(settings, client, json, strictJson, clock),
                                new EndpointMeters(meters, settings.id()),
                                clock));
            }
        }
    }

    /** The one that needs no configuration and no network. */
    public EmbeddingModel builtIn() {
        return builtIn;
    }

    /** Empty when this server has no such model, though there may be vectors of it. */
    public Optional<EmbeddingModel> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    public EmbeddingModel get(String name) {
        return find(name)
                .orElseThrow(() -> Problem.of(
                        ErrorCode.NOT_FOUND,
                        "model",
                        "this server runs no model \"" + Problem.shown(name) + "\"; it runs "
                                + String.join(", ", models.keySet()) + "."));
    }

    /** The built-in one first. */
    public List<EmbeddingModel> list() {
        return List.copyOf(models.values());
    }

    private void add(EndpointSettings settings, EndpointModel model) {
        if (models.putIfAbsent(model.name(), model) != null) {
            throw new IllegalStateException(settings.setting("name") + " or .model is \"" + model.name()
                    + "\", as another model is called already; set a name.");
        }
    }

    /** Never where a redirect leads, since the key would go along. Without HTTP/2, which not all such servers upgrade to. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @PreDestroy
    void close() {
        if (http != null) {
            http.shutdownNow();
        }
    }
}
