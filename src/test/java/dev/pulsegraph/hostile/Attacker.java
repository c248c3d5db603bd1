package dev.pulsegraph.hostile;

import dev.pulsegraph.paging.GlobalId;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Somebody with an organization of their own.
 *
 * @param timeout how long they wait for an answer
 */
record Attacker(HostileWorld world, UUID user, UUID organization, String slug, String token, Duration timeout) {

    /** The global id of the organization. */
    String id() {
        return GlobalId.encode("Organization", organization);
    }

    /** A document with {@code $id}, {@code $slug} and {@code $uuid} of the organization filled in. */
    String filled(String document) {
        return document.replace("$id", id()).replace("$slug", slug).replace("$uuid", organization.toString());
    }

    Reply ask(String document) throws InterruptedException {
        return ask(filled(document), Map.of());
    }

    Reply ask(String document, Map<String, ?> variables) throws InterruptedException {
        return ask(token, document, variables);
    }

    Reply ask(String bearer, String document, Map<String, ?> variables) throws InterruptedException {
        String body = world.json().line(Map.of("query", document, "variables", variables));
        return post("/graphql", bearer, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    Reply post(String path, String bearer, String type, String body) throws InterruptedException {
        return post(path, bearer, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** @param headers names and values, in turn */
    Reply post(String path, String bearer, String type, byte[] body, String... headers) throws InterruptedException {
        var request = HttpRequest.newBuilder(world.uri(path))
                .timeout(timeout)
                .header("Content-Type", type)
                .header("Accept", "application/graphql-response+json, application/x-ndjson, application/json")
                .header("Authorization", "Bearer " + bearer)
                .POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return Reply.send(world.http(), request.build());
    }

    /** A key of the organization with this scope; one for all that want it. */
    String key(String scope) {
        return world.sharedKey(organization, scope);
    }
}
