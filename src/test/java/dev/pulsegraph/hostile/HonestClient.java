package dev.pulsegraph.hostile;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tenant who minds his own business: he asks for his organization, sends an event and looks at a small chart, each
 * twenty times a second, whether or not what he asked before was answered.
 */
final class HonestClient implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final int MAX_REPORTED = 5;

    private final List<Question> questions;
    private HttpClient http = HostileWorld.client();

    HonestClient(List<Question> questions) {
        this.questions = questions;
    }

    /** Goes on while something is done, and waits for the answers of all he has asked meanwhile. */
    <T> Service<T> during(Callable<T> something) throws Exception {
        Map<String, Queue<Duration>> times = new LinkedHashMap<>();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        Queue<CompletableFuture<?>> open = new ConcurrentLinkedQueue<>();
        T result;
        try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(1)) {
            for (Question question : questions) {
                Queue<Duration> taken = times.computeIfAbsent(question.name, name -> new ConcurrentLinkedQueue<>());
                clock.scheduleAtFixedRate(
                        () -> open.add(ask(question, taken, failures)), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
            result = something.call();
        }
        CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
        return new Service<>(result, times, failures);
    }

    /** Ends his connections, of which he has kept as many as he needed at once. */
    void hangUp() {
        http.shutdownNow();
        http = HostileWorld.client();
    }

    private CompletableFuture<?> ask(Question question, Queue<Duration> taken, Queue<String> failures) {
        long begin = System.nanoTime();
        return http.sendAsync(question.request.get(), BodyHandlers.ofString()).handle((answer, thrown) -> {
            Duration took = Reply.since(begin);
            taken.add(took);
            String wrong = thrown == null ? question.fault(answer) : String.valueOf(thrown);
            if (wrong != null) {
                failures.add(question.name + " after " + took.toMillis() + " ms: " + wrong);
            }
            return true;
        });
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** @param answer what the answer must hold */
    record Question(String name, Supplier<HttpRequest> request, String answer) {
        private @Nullable String fault(HttpResponse<String> given) {
            return given.statusCode() == 200 && given.body().contains(answer)
                    ? null
                    : given.statusCode() + " " + given.body();
        }
    }

    /**
     * How he was served.
     *
     * @param result what came of the other thing
     * @param times how long the answers to each of his questions took
     * @param failures what was not answered as it should have been
     */
    record Service<T>(T result, Map<String, Queue<Duration>> times, Queue<String> failures) {

        /** The time within which 99 of 100 answers to each question came. */
        Map<String, Duration> slow() {
            return each(all -> all.get((all.size() * 99 - 1) / 100));
        }

        private Map<String, Duration> each(Function<List<Duration>, Duration> value) {
            Map<String, Duration> values = new LinkedHashMap<>();
            times.forEach((name, all) -> {
                List<Duration> sorted = new ArrayList<>(all);
                sorted.sort(null);
                values.put(name, sorted.isEmpty() ? Duration.ZERO : value.apply(sorted));
            });
            return values;
        }

        String told() {
            return failures.size() + " failures: "
                    + failures.stream().limit(MAX_REPORTED).toList();
        }
    }
}
