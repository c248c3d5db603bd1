package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A world that is told of over HTTP, by several servers in turn and at once. */
final class HttpTrafficWorld extends TrafficWorld {
    private static final String BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    /** Batches are cut here, so that none is too long. */
    private static final int MOST = 400;

    private final List<ServerProcess> servers;
    private final Superuser superuser;
    private final Json json;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<UUID, String> keys = new HashMap<>();
    private int turn;

    HttpTrafficWorld(List<ServerProcess> servers, Superuser superuser, Json json) {
        super(superuser);
        this.servers = servers;
        this.superuser = superuser;
        this.json = json;
    }

    @Override
    UUID createOrganization(String zone) {
        UUID id = super.createOrganization(zone);
        String key = Secret.create(Secret.API_KEY).text();
        superuser.execute(
                "insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes)"
                        + " values (?, gen_random_uuid(), 'a key', 'pgk_', decode(?, 'hex'), '{ingest}')",
                id,
                new Secret(key).sha256());
        keys.put(id, key);
        return id;
    }

    @Override
    void tell(List<VisitorEvent> events) {
        tellTogether(List.of(events));
    }

    /** Who comes first at another server is not known; how many are taken and how many are not is. */
    @Override
    void tellTogether(List<List<VisitorEvent>> batches) {
        List<List<VisitorEvent>> told = batches.stream()
                .map(batch -> batch.stream().map(HttpTrafficWorld::asTold).toList())
                .toList();
        turn++;
        List<List<String>> outcomes = Concurrently.call(IntStream.range(0, told.size())
                .mapToObj(i -> (Callable<List<String>>) () -> send(told.get(i), server(turn + i), keys)));
        List<String> expected = told.stream()
                .flatMap(List::stream)
                .map(event -> ledger.take(event, receivedAt))
                .toList();
        assertThat(outcomes.stream().flatMap(List::stream).toList()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Nobody can take back what a server has written; a server can refuse to write it. */
    @Override
    void tellAndTakeBack(List<VisitorEvent> events) {
        List<VisitorEvent> told = events.stream().map(HttpTrafficWorld::asTold).toList();
        assertThat(send(told, server(turn++), Map.of())).containsOnly("UNKNOWN_ORGANIZATION");
    }

    private ServerProcess server(int number) {
        return servers.get(number % servers.size());
    }

    /** As a client of Segment's can say it. */
    private static VisitorEvent asTold(VisitorEvent event) {
        boolean named = event.type().equals("track") || event.type().equals("click");
        return new VisitorEvent(
                event.organization(),
                event.messageId(),
                event.type(),
                event.type().equals("page") ? event.name() : named ? "Clicked" : null,
                event.anonymousId(),
                event.userId(),
                event.sessionId(),
                event.userCode(),
                event.shareCode(),
                event.contactId(),
                event.pageType(),
                event.clickTarget(),
                event.clickCategory(),
                event.at(),
                event.bot(),
                event.bot() ? BOT : event.userAgent(),
                event.referrer());
    }

    private List<String> send(List<VisitorEvent> events, ServerProcess server, Map<UUID, String> known) {
        Map<UUID, List<VisitorEvent>> byOrganization = new LinkedHashMap<>();
        events.forEach(event -> byOrganization
                .computeIfAbsent(event.organization(), any -> new ArrayList<>())
                .add(event));
        List<String> outcomes = new ArrayList<>();
        byOrganization.forEach((organization, all) -> {
            String key = known.getOrDefault(organization, "pgk_unknown");
            for (int from = 0; from < all.size(); from += MOST) {
                outcomes.addAll(send(all.subList(from, Math.min(all.size(), from + MOST)), server, key));
            }
        });
        return outcomes;
    }

    private List<String> send(List<VisitorEvent> events, ServerProcess server, String key) {
        String body = json.line(
                Map.of("batch", events.stream().map(HttpTrafficWorld::event).toList()));
        HttpRequest request = HttpRequest.newBuilder(server.uri("/v1/batch"))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 401) {
                return Collections.nCopies(events.size(), "UNKNOWN_ORGANIZATION");
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json.read(answer.body()) instanceof Map<?, ?> told ? outcomes(told) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> outcomes(Map<?, ?> told) {
        List<String> outcomes = new ArrayList<>();
        outcomes.addAll(Collections.nCopies(number(told, "accepted"), "ACCEPTED"));
        outcomes.addAll(Collections.nCopies(number(told, "duplicates"), "DUPLICATE"));
        if (told.get("rejected") instanceof List<?> rejected) {
            rejected.forEach(event ->
                    outcomes.add(event instanceof Map<?, ?> fields ? String.valueOf(fields.get("code")) : "nothing"));
        }
        return outcomes;
    }

    private static int number(Map<?, ?> told, String name) {
        return told.get(name) instanceof Integer number ? number : 0;
    }

    private static Map<String, Object> event(VisitorEvent event) {
        Map<String, Object> properties = new HashMap<>();
        put(properties, "userCode", event.userCode());
        put(properties, "shareCode", event.shareCode());
        put(properties, "contactId", event.contactId());
        put(properties, "pageType", event.pageType());
        put(properties, "clickTarget", event.clickTarget());
        put(properties, "clickCategory", event.clickCategory());
        Map<String, Object> context = new HashMap<>();
        put(context, "sessionId", event.sessionId());
        put(context, "userAgent", event.userAgent());
        if (event.referrer() != null) {
            context.put("page", Map.of("referrer", event.referrer()));
        }
        // Where events of these types have no properties, codes are told in the context.
        boolean traits = event.type().equals("identify") || event.type().equals("group");
        if (traits) {
            context.put("traffic", properties);
        }
        Map<String, Object> sent = new HashMap<>();
        sent.put("type", event.type().equals("click") ? "track" : event.type());
        sent.put("messageId", event.messageId());
        sent.put("timestamp", event.at().toString());
        put(sent, "anonymousId", event.anonymousId());
        put(sent, "userId", event.userId());
        put(sent, event.type().equals("page") ? "name" : "event", event.name());
        sent.put("properties", traits ? Map.of() : properties);
        sent.put("context", context);
        return sent;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
