package dev.pulsegraph.graphql;

import io.micronaut.context.propagation.slf4j.MdcPropagationContext;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request is called in the log: the X-Request-Id that a proxy gave it, else one of ours, which the answer tells; and
 * the trace it is part of, when the header traceparent says so.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class RequestIds {
    private static final String HEADER = "X-Request-Id";
    private static final String ATTRIBUTE = "pulsegraph.request-id";
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}.*");

    @RequestFilter
    void name(HttpRequest<?> request, MutablePropagatedContext context) {
        String id = request.getHeaders().get(HEADER);
        if (id == null || !SAFE.matcher(id).matches()) {
            id = UUID.randomUUID().toString();
        }
        request.setAttribute(ATTRIBUTE, id);
        Map<String, String> names = new HashMap<>();
        names.put("requestId", id);
        String parent = request.getHeaders().get("traceparent");
        Matcher trace = TRACE.matcher(parent == null ? "" : parent);
        if (trace.matches()) {
            names.put("traceId", trace.group(1));
            names.put("spanId", trace.group(2));
        }
        context.add(new MdcPropagationContext(names));
    }

    @ResponseFilter
    void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
        request.getAttribute(ATTRIBUTE, String.class).ifPresent(id -> response.header(HEADER, id));
    }
}
