package dev.pulsegraph.graphql;

import io.micronaut.configuration.graphql.GraphQLConfiguration;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.net.URI;

/** What a person with a browser finds: the schema, and the way to GraphiQL, which micronaut-graphql serves. */
@Controller
class PageController {
    private final SchemaFile schemaFile;
    private final GraphQLSettings settings;
    private final GraphQLConfiguration endpoint;

    PageController(SchemaFile schemaFile, GraphQLSettings settings, GraphQLConfiguration endpoint) {
        this.schemaFile = schemaFile;
        this.settings = settings;
        this.endpoint = endpoint;
    }

    @Get("/schema.graphqls")
    HttpResponse<String> schema() {
        return settings.introspection()
                ? HttpResponse.ok(schemaFile.sdl()).contentType(new MediaType("text/plain; charset=utf-8"))
                : HttpResponse.notFound();
    }

    @Get("/")
    HttpResponse<?> home() {
        var page = endpoint.getGraphiql();
        return page.isEnabled() ? HttpResponse.seeOther(URI.create(page.getPath())) : HttpResponse.notFound();
    }

    /** The page may load and call nothing but this server, and nobody may frame it. */
    @ServerFilter({"${graphql.graphiql.path:/graphiql}", "${graphql.graphiql.path:/graphiql}/**"})
    @Requires(property = "graphql.graphiql.enabled", value = "true")
    static class GraphiqlFilter {
        private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'";

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
