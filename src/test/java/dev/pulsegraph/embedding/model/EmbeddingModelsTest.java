package dev.pulsegraph.embedding.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.support.TextEndpoint;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.MapPropertySource;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Models as operators configure them, by environment variables. */
@MicronautTest(transactional = false)
class EmbeddingModelsTest {
    private static final String PREFIX = "PULSEGRAPH_EMBEDDING_ENDPOINTS_";

    @Inject
    EmbeddingModels models;

    @Test
    void without_configuration_there_is_the_built_in_model() {
        assertThat(models.list()).containsExactly(models.builtIn());
        assertThat(models.get("pulsegraph-hash-1")).isSameAs(models.builtIn());
        assertThat(models.builtIn().isLocal()).isTrue();
        assertThat(models.find("text-embedding-3-small")).isEmpty();
        assertThatThrownBy(() -> models.get("text-embedding-3-small"))
                .isInstanceOf(Problem.class)
                .hasMessage("model: this server runs no model \"text-embedding-3-small\"; it runs pulsegraph-hash-1.");
    }

    @Test
    void endpoints_are_configured_by_environment_variables() {
        try (var endpoint = new TextEndpoint();
                ApplicationContext context = start(Map.of(
                        PREFIX + "MAIN_URL", endpoint.url(),
                        PREFIX + "MAIN_KEY", "sk-1234567890",
                        PREFIX + "MAIN_MODEL", "text-embedding-3-small",
                        PREFIX + "MAIN_DIMENSIONS", "4",
                        PREFIX + "MAIN_SEND_DIMENSIONS", "true",
                        PREFIX + "MAIN_BATCH_SIZE", "2"))) {
            EmbeddingModels configured = context.getBean(EmbeddingModels.class);
            assertThat(configured.list().stream().map(EmbeddingModel::name))
                    .containsExactly("pulsegraph-hash-1", "text-embedding-3-small");
            assertThat(configured.get("text-embedding-3-small").embed(List.of("a", "b", "c")))
                    .containsExactly(TextEndpoint.vector("a"), TextEndpoint.vector("b"), TextEndpoint.vector("c"));
            assertThat(endpoint.requests()).hasSize(2);
            assertThat(endpoint.requests().getFirst().body().get("dimensions")).isEqualTo(4);
            assertThat(endpoint.requests().getFirst().headers())
                    .containsEntry("Authorization", List.of("Bearer sk-1234567890"));
        }
    }

    @Test
    void a_setting_that_is_missing_is_told_at_the_start_without_the_key() {
        Map<String, Object> variables = Map.of(
                PREFIX + "LOCAL_URL", "http://127.0.0.1:1/v1",
                PREFIX + "LOCAL_KEY", "sk-1234567890",
                PREFIX + "LOCAL_MODEL", "BAAI/bge-m3");
        assertThatThrownBy(starting(variables))
                .hasStackTraceContaining("pulsegraph.embedding.endpoints.local.dimensions is missing")
                .satisfies(refused -> assertThat(org.assertj.core.util.Throwables.getStackTrace(refused))
                        .doesNotContain("sk-1234567890"));
    }

    @Test
    void two_models_of_one_name_are_refused_at_the_start() {
        Map<String, Object> variables = Map.of(
                PREFIX + "A_URL", "http://127.0.0.1:1/v1",
                PREFIX + "A_MODEL", "m",
                PREFIX + "A_DIMENSIONS", "4",
                PREFIX + "B_URL", "http://127.0.0.1:1/v1",
                PREFIX + "B_MODEL", "m",
                PREFIX + "B_DIMENSIONS", "8");
        assertThatThrownBy(starting(variables)).hasStackTraceContaining("is \"m\", as another model is called already");
    }

    private static ThrowingCallable starting(Map<String, Object> variables) {
        return () -> start(variables).close();
    }

    private static ApplicationContext start(Map<String, Object> variables) {
        return ApplicationContext.builder("test")
                .propertySources(new MapPropertySource("variables", variables) {
                    @Override
                    public PropertyConvention getConvention() {
                        return PropertyConvention.ENVIRONMENT_VARIABLE;
                    }
                })
                .start();
    }
}
