package dev.pulsegraph.ingest;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.HttpServerConfiguration.CorsConfiguration;
import io.micronaut.http.server.cors.CorsFilter;
import io.micronaut.http.server.util.HttpHostResolver;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.resource.StaticResourceResolver;
import java.util.regex.Pattern;

/**
 * Lets pages of any origin send events to a server that a proxy calls localhost, which Micronaut refuses by default. A page
 * can do no more here than its key allows, since nothing there goes by cookies or by where a caller is.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Replaces(CorsFilter.class)
class OpenOrigins extends CorsFilter {
    private static final Pattern TAKES_EVENTS = Pattern.compile("/v1/|/[a-z]/?$");

    OpenOrigins(
            CorsConfiguration configuration, StaticResourceResolver resources, Router router, HttpHostResolver hosts) {
        super(configuration, resources, router, hosts);
    }

    @Override
    public boolean isEnabled(HttpRequest<?> request) {
        return !TAKES_EVENTS.matcher(request.getPath()).lookingAt() && super.isEnabled(request);
    }
}
