package dev.pulsegraph.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/** A page that uses the snippet, for as long as the demo is there. Its other files are static. */
@Controller
class DemoController {
    private final String page = ClassPathFile.of("/demo/index.html").text();
    private final DemoPage demo;

    DemoController(DemoPage demo) {
        this.demo = demo;
    }

    @Get("/demo/")
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<?> page() {
        return demo.writeKey()
                .<HttpResponse<?>>map(key -> HttpResponse.ok(page.replace("{{key}}", key))
                        .contentType(new MediaType("text/html; charset=utf-8"))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store"))
                .orElseGet(HttpResponse::notFound);
    }

    /** The page may load and call nothing but this server, and nobody may frame it. */
    @ServerFilter({"/demo", "/demo/**"})
    static class DemoFilter {
        private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

        @ResponseFilter
        void protect(MutableHttpResponse<?> response) {
            response.header("Content-Security-Policy", POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "no-referrer");
            if (!response.getHeaders().contains(HttpHeaders.CACHE_CONTROL)) {
                response.header(HttpHeaders.CACHE_CONTROL, "max-age=3600");
            }
        }
    }
}
