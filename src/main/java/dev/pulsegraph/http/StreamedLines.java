package dev.pulsegraph.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/** NDJSON that is sent line by line, as fast as the client reads. */
public final class StreamedLines {
    private StreamedLines() {}

    /**
     * Answers lines.
     *
     * @param first which is there already; null for none
     * @param next makes the next line, or completes
     * @param close called when the last is sent, or nobody reads on
     * @param threads in which lines are made
     */
    public static HttpResponse<?> of(
            byte @Nullable [] first, Consumer<SynchronousSink<byte[]>> next, Runnable close, Scheduler threads) {
        Flux<byte[]> rest = Flux.generate(next).doFinally(signal -> close.run()).subscribeOn(threads);
        return HttpResponse.ok(first == null ? rest : Flux.concat(Flux.just(first), rest))
                // A compressor would keep lines back.
                .header(HttpHeaders.CONTENT_ENCODING, "identity")
                .header(HttpHeaders.CONTENT_TYPE, "application/x-ndjson");
    }
}
