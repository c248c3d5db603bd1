package dev.pulsegraph.http;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Authenticator;
import dev.pulsegraph.security.Credentials;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.inject.Singleton;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who sees more of {@code /health} than that all is well: operators, by their token, and whoever reaches the port that these
 * addresses have for themselves, when they have one.
 */
@ServerFilter({"/health", "/health/**"})
class HealthDetails {
    private static final Principal OPERATOR = () -> "operator";

    private final Authenticator authenticator;
    private final @Nullable Integer port;

    HealthDetails(Authenticator authenticator, @Nullable @Property(name = "endpoints.all.port") Integer port) {
        this.authenticator = authenticator;
        this.port = port;
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    void identify(HttpRequest<?> request) {
        if ((port != null && request.getServerAddress().getPort() == port) || isOperator(request)) {
            request.setUserPrincipal(OPERATOR);
        }
    }

    private boolean isOperator(HttpRequest<?> request) {
        String authorization = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        try {
            return authorization != null
                    && authenticator.authenticate(authorization) instanceof Credentials.Token token
                    && token.operator();
        } catch (Problem refused) {
            return false;
        }
    }

    /** How the endpoint asks for the principal. */
    @Singleton
    static final class PrincipalBinder implements TypedRequestArgumentBinder<Principal> {

        @Override
        public Argument<Principal> argumentType() {
            return Argument.of(Principal.class);
        }

        @Override
        public BindingResult<Principal> bind(ArgumentConversionContext<Principal> context, HttpRequest<?> source) {
            return source::getUserPrincipal;
        }
    }
}
