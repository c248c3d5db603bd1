package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import io.micronaut.context.ApplicationContext;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@MicronautTest(transactional = false)
class PersistedQueriesTest {
    private static final String TRUSTED = "query Trusted { viewer { operator } }";
    private static final String OTHER = "query Other { viewer { operator } }";

    @Inject
    Api api;

    @Inject
    JsonMapper json;

    @Test
    void a_hash_works_after_its_text_was_sent_with_it_once() throws IOException {
        String text = "query Fresh" + System.nanoTime() + " { viewer { operator } }";
        String hash = TrustedDocuments.sha256(text);
        Answer unknown = post(api, Map.of("extensions", persisted(hash)));
        assertThat(unknown.failed("NOT_FOUND").message()).isEqualTo("PersistedQueryNotFound");

        post(api, Map.of("query", text, "extensions", persisted(hash))).succeeded();

        assertThat(post(api, Map.of("extensions", persisted(hash))).succeeded().at("viewer.operator"))
                .isEqualTo(false);
        assertThat(post(api, Map.of("extensions", persisted(hash.toUpperCase(Locale.ROOT))))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_hash_works_by_get_too() throws IOException {
        String text = "query Got" + System.nanoTime() + " { viewer { operator } }";
        String extensions = "&extensions="
                + URLEncoder.encode(
                        json.writeValueAsString(persisted(TrustedDocuments.sha256(text))), StandardCharsets.UTF_8);
        assertThat(get(extensions).message()).isEqualTo("PersistedQueryNotFound");
        get("&query=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + extensions)
                .succeeded();
        assertThat(get(extensions).succeeded().at("viewer.operator")).isEqualTo(false);
    }

    @Test
    void a_hash_of_something_else_is_refused_and_not_kept() throws IOException {
        String hash = TrustedDocuments.sha256("query Mine" + System.nanoTime() + " { __typename }");
        Answer answer = post(api, Map.of("query", OTHER, "extensions", persisted(hash)));
        assertThat(answer.failed("BAD_USER_INPUT").status()).isEqualTo(422);
        assertThat(answer.argument()).isEqualTo("extensions");
        assertThat(post(api, Map.of("extensions", persisted(hash))).message()).isEqualTo("PersistedQueryNotFound");
    }

    @Test
    void a_malformed_hash_is_refused() throws IOException {
        for (Object persisted : new Object[] {
            "x",
            Map.of(),
            Map.of("version", 2, "sha256Hash", "a".repeat(64)),
            Map.of("version", 1, "sha256Hash", "a".repeat(63)),
            Map.of("version", 1, "sha256Hash", 7),
            Map.of("sha256Hash", "a".repeat(64))
        }) {
            Answer answer = post(api, Map.of("query", OTHER, "extensions", Map.of("persistedQuery", persisted)));
            assertThat(answer.failed("BAD_USER_INPUT").argument()).isEqualTo("extensions");
        }
    }

    @Test
    void a_mutation_that_was_persisted_is_still_no_get() throws IOException {
        String text = "mutation M" + System.nanoTime() + " { __typename }";
        post(api, Map.of("query", text, "extensions", persisted(TrustedDocuments.sha256(text))))
                .succeeded();
        String extensions = "&extensions="
                + URLEncoder.encode(
                        json.writeValueAsString(persisted(TrustedDocuments.sha256(text))), StandardCharsets.UTF_8);
        assertThat(get(extensions).status()).isEqualTo(405);
    }

    @Test
    void only_trusted_documents_run_when_that_is_enforced(@TempDir Path directory) throws IOException {
        try (var server = server("ENFORCE", manifest(directory))) {
            Api strict = server.getApplicationContext().getBean(Api.class);
            post(strict, Map.of("extensions", persisted(TrustedDocuments.sha256(TRUSTED))))
                    .succeeded();
            post(strict, Map.of("query", TRUSTED)).succeeded();

            Answer other = post(strict, Map.of("query", OTHER));
            assertThat(other.failed("FORBIDDEN").status()).isEqualTo(403);
            // Sending it with its hash does not make it trusted.
            assertThat(post(strict, Map.of("query", OTHER, "extensions", persisted(TrustedDocuments.sha256(OTHER))))
                            .code())
                    .isEqualTo("FORBIDDEN");
            assertThat(post(strict, Map.of("extensions", persisted(TrustedDocuments.sha256(OTHER))))
                            .message())
                    .isEqualTo("PersistedQueryNotFound");
            // A trusted text with a space more is another text.
            assertThat(post(strict, Map.of("query", TRUSTED + " ")).code()).isEqualTo("FORBIDDEN");
            assertThat(post(strict, Map.of("query", "{ __schema { types { name } } }"))
                            .code())
                    .isEqualTo("FORBIDDEN");
        }
    }

    @Test
    void other_documents_run_and_are_logged_when_they_are_only_watched(@TempDir Path directory) throws IOException {
        var lines = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(Documents.class);
        lines.start();
        logger.addAppender(lines);
        try (var server = server("LOG", manifest(directory))) {
            Api watching = server.getApplicationContext().getBean(Api.class);
            post(watching, Map.of("query", TRUSTED)).succeeded();
            assertThat(lines.list).isEmpty();
            post(watching, Map.of("query", OTHER)).succeeded();
            assertThat(lines.list)
                    .singleElement()
                    .satisfies(line -> assertThat(line.getFormattedMessage())
                            .contains(TrustedDocuments.sha256(OTHER), "query Other"));
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void without_a_manifest_trust_cannot_be_asked_for() {
        assertThatThrownBy(() -> ApplicationContext.run(
                        EmbeddedServer.class, Map.of("pulsegraph.graphql.trusted-documents", "ENFORCE"), "test"))
                .hasStackTraceContaining("needs pulsegraph.graphql.trusted-documents-file");
    }

    @Test
    void a_manifest_with_a_wrong_hash_stops_the_start(@TempDir Path directory) throws IOException {
        Path manifest = directory.resolve("manifest.json");
        Files.writeString(manifest, "{\"" + "0".repeat(64) + "\": \"{ __typename }\"}");
        assertThatThrownBy(() -> server("ENFORCE", manifest)).hasStackTraceContaining("is not the SHA-256");
    }

    @Test
    void a_manifest_of_graphql_codegen_is_taken(@TempDir Path directory) throws IOException {
        String sha256 = TrustedDocuments.sha256(TRUSTED);
        for (String hash : new String[] {"sha256:" + sha256, sha256, sha1(TRUSTED)}) {
            Path manifest = directory.resolve("persisted-documents.json");
            Files.writeString(manifest, json.writeValueAsString(Map.of(hash, TRUSTED)));
            try (var server = server("ENFORCE", manifest)) {
                Api strict = server.getApplicationContext().getBean(Api.class);
                post(strict, Map.of("documentId", hash)).succeeded();
                post(strict, Map.of("extensions", persisted(hash))).succeeded();
                post(strict, Map.of("query", TRUSTED)).succeeded();
                assertThat(post(strict, Map.of("query", OTHER)).code()).isEqualTo("FORBIDDEN");
                assertThat(post(strict, Map.of("documentId", "sha256:" + TrustedDocuments.sha256(OTHER)))
                                .message())
                        .isEqualTo("PersistedQueryNotFound");
                assertThat(post(strict, Map.of("documentId", "main")).argument())
                        .isEqualTo("documentId");
            }
        }
    }

    @Test
    void a_manifest_of_apollo_is_taken(@TempDir Path directory) throws IOException {
        Path manifest = directory.resolve("persisted-query-manifest.json");
        String hash = TrustedDocuments.sha256(TRUSTED);
        Files.writeString(
                manifest,
                json.writeValueAsString(Map.of(
                        "format",
                        "apollo-persisted-query-manifest",
                        "version",
                        1,
                        "operations",
                        List.of(Map.of("id", hash, "name", "Trusted", "type", "query", "body", TRUSTED)))));
        try (var server = server("ENFORCE", manifest)) {
            Api strict = server.getApplicationContext().getBean(Api.class);
            post(strict, Map.of("extensions", persisted(hash))).succeeded();
            post(strict, Map.of("query", TRUSTED)).succeeded();
            assertThat(post(strict, Map.of("query", OTHER)).code()).isEqualTo("FORBIDDEN");
        }
    }

    @Test
    void where_documents_are_trusted_their_names_alone_are_told_of(@TempDir Path directory) throws IOException {
        try (var server = server("LOG", manifest(directory))) {
            Api where = server.getApplicationContext().getBean(Api.class);
            post(where, Map.of("query", TRUSTED)).succeeded();
            post(where, Map.of("query", OTHER)).succeeded();
            assertThat(where.send(where.bearer(null).request("/prometheus").build())
                            .text())
                    .contains("gql_operation_name=\"Trusted\"", "gql_operation_name=\"other\"")
                    .doesNotContain("\"Other\"");
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private Path manifest(Path directory) throws IOException {
        Path manifest = directory.resolve("manifest.json");
        Files.writeString(manifest, json.writeValueAsString(Map.of(TrustedDocuments.sha256(TRUSTED), TRUSTED)));
        return manifest;
    }

    private Answer post(Api where, Map<String, Object> request) throws IOException {
        return where.as("persisted@spec.example").post(json.writeValueAsString(request));
    }

    private Answer get(String parameters) {
        return api.send(api.as("persisted@spec.example")
                .request("/graphql?" + parameters)
                .build());
    }

    private static Map<String, Object> persisted(String hash) {
        return Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash));
    }

    private static EmbeddedServer server(String trust, Path manifest) {
        return ApplicationContext.run(
                EmbeddedServer.class,
                Map.of(
                        "pulsegraph.graphql.trusted-documents",
                        trust,
                        "pulsegraph.graphql.trusted-documents-file",
                        manifest.toString()),
                "test");
    }
}
