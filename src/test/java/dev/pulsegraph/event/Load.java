package dev.pulsegraph.event;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Batches of events that are sent whether or not those before were answered. */
final class Load implements AutoCloseable {
    static final int EVENTS = 100;
    /** So many may wait for their answers; a server that keeps more waiting has no bound. */
    private static final int MAX_OPEN = 4000;

    private static final String TEXT = "Some words about a page. ".repeat(8);

    final Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
    final Queue<Integer> refused = new ConcurrentLinkedQueue<>();
    /** What should not have been answered, or was not. */
    final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();

    private final URI address;
    private final String key;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger number = new AtomicInteger();
    private final Semaphore open = new Semaphore(MAX_OPEN);
    private final Queue<CompletableFuture<Boolean>> answers = new ConcurrentLinkedQueue<>();

    Load(URI address, String key) {
        this.address = address;
        this.key = key;
    }

    /** Sends by several connections that each wait for an answer; answers how many requests a second were acknowledged. */
    double closed(int connections, Duration time) throws InterruptedException {
        long begin = System.nanoTime();
        int before = acknowledged.size();
        var room = new Semaphore(connections);
        while (System.nanoTime() - begin < time.toNanos()) {
            room.acquire();
            sendNext(room);
        }
        room.acquire(connections);
        return (acknowledged.size() - before) * 1e9 / (System.nanoTime() - begin);
    }

    /** Sends so many requests a second; answers how many there were. */
    int offer(double perSecond, Duration time) throws InterruptedException {
        long begin = System.nanoTime();
        int sent = 0;
        for (long now = begin; now - begin < time.toNanos(); now = System.nanoTime()) {
            double due = perSecond * (now - begin) / 1e9;
            while (sent < due && open.tryAcquire(5, TimeUnit.MILLISECONDS)) {
                sendNext(open);
                sent++;
            }
            // Waits a moment: all of them are free only if no request is open.
            if (open.tryAcquire(MAX_OPEN, 2, TimeUnit.MILLISECONDS)) {
                open.release(MAX_OPEN);
            }
        }
        return sent;
    }

    private void sendNext(Semaphore room) {
        answers.add(send(number.incrementAndGet()).handle((answer, failure) -> {
            room.release();
            return true;
        }));
    }

    /** Waits until everything has an answer. */
    void awaitAnswers() {
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    }

    /** Sends a request, perhaps again. */
    CompletableFuture<HttpResponse<String>> send(int request) {
        HttpRequest post = HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Authorization", Events.basic(key))
                .POST(HttpRequest.BodyPublishers.ofString(body(request)))
                .build();
        return http.sendAsync(post, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
            if (answer == null) {
                wrong.add(String.valueOf(failure));
                return;
            }
            statuses.computeIfAbsent(answer.statusCode(), any -> new LongAdder())
                    .increment();
            boolean mayRetry = answer.headers().firstValue("Retry-After").isPresent();
            if (answer.statusCode() == 200 && answer.body().contains("\"rejected\":[]")) {
                acknowledged.add(request);
            } else if (List.of(429, 503).contains(answer.statusCode()) && mayRetry) {
                refused.add(request);
            } else {
                wrong.add(answer.statusCode() + " " + answer.body());
            }
        });
    }

    static String messageId(int request, int event) {
        return "r" + request + "-" + event;
    }

    /** Views and clicks of some thousand visitors. */
    private static String body(int request) {
        StringBuilder body = new StringBuilder("{\"batch\":[");
        for (int event = 0; event < EVENTS; event++) {
            body.append(event == 0 ? "" : ",")
                    .append(
                            event % 4 == 0
                                    ? "{\"type\":\"track\",\"event\":\"Clicked\",\"properties\":{\"clickTarget\":\"contact.email\""
                                    : "{\"type\":\"page\",\"properties\":{\"pageType\":\"home\"")
                    .append(",\"userCode\":\"u")
                    .append(event % 5)
                    .append("\",\"text\":\"")
                    .append(TEXT)
                    .append("\"},\"messageId\":\"")
                    .append(messageId(request, event))
                    .append("\",\"anonymousId\":\"v")
                    .append((request * 31L + event) % 3000)
                    .append("\"}");
        }
        return body.append("]}").toString();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
