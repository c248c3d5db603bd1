package dev.pulsegraph.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import org.jspecify.annotations.Nullable;

/** The snippet that pages of any origin load, as the build made it of {@code src/main/snippet/p.js}. */
@Controller
class SnippetController {
    private final String snippet = ClassPathFile.of("/p.js").text();
    /** Weak: the same for the compressed form. */
    private final String tag = "W/\"" + Integer.toHexString(snippet.hashCode()) + "\"";

    @Get("/p.js")
    HttpResponse<?> snippet(@Nullable @Header(HttpHeaders.IF_NONE_MATCH) String known) {
        MutableHttpResponse<?> response = known != null && known.contains(tag)
                ? HttpResponse.notModified()
                : HttpResponse.ok(snippet).contentType(new MediaType("text/javascript; charset=utf-8"));
        return response.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=3600, stale-while-revalidate=86400")
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .header("Cross-Origin-Resource-Policy", "cross-origin")
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    }
}
