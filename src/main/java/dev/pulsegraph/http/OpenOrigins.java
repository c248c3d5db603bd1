package dev.pulsegraph.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.HttpServerConfiguration.CorsConfiguration;
import io.micronaut.http.server.cors.CorsFilter;
import io.micronaut.http.server.cors.CorsOriginConfiguration;
import io.micronaut.http.server.util.HttpHostResolver;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.resource.StaticResourceResolver;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lets browsers hand answers to pages of the origins that are set; where events are taken, pages of any origin are answered
 * by the controller. A page can do no more here than its token or key allows, since nothing goes by cookies or by where a
 * caller is.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Replaces(CorsFilter.class)
class OpenOrigins extends CorsFilter {
    private static final Pattern TAKES_EVENTS = Pattern.compile("/v1/|/[a-z]/?$");

    OpenOrigins(
            CorsConfiguration configuration,
            CorsSettings settings,
            StaticResourceResolver resources,
            Router router,
            HttpHostResolver hosts) {
        super(with(settings.allowed(), configuration), resources, router, hosts);
    }

    private static CorsConfiguration with(List<String> origins, CorsConfiguration configuration) {
        if (!origins.isEmpty()) {
            var pages = new CorsOriginConfiguration();
            pages.setAllowedOrigins(origins.contains("*") ? CorsOriginConfiguration.ANY : origins);
            pages.setAllowedMethods(List.of(HttpMethod.GET, HttpMethod.POST));
            pages.setExposedHeaders(List.of(HttpHeaders.RETRY_AFTER, "Server-Timing"));
            pages.setAllowCredentials(false);
            configuration.setConfigurations(Map.of("pulsegraph", pages));
            configuration.setEnabled(true);
        }
        return configuration;
    }

    @Override
    public boolean isEnabled(HttpRequest<?> request) {
        return !TAKES_EVENTS.matcher(request.getPath()).lookingAt() && super.isEnabled(request);
    }
}
