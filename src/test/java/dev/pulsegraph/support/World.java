package dev.pulsegraph.support;

import java.util.Map;
import java.util.Objects;

/**
 * Two organizations to ask about: one with people of every role, keys of every scope, posts and an open invitation, and
 * one of strangers.
 *
 * @param values what is named {@code ${name}} in a pair: ids, slugs, e-mails, secrets
 */
public record World(Api api, Map<String, String> values) {

    public String value(String name) {
        return Objects.requireNonNull(values.get(name), () -> "the world has no " + name);
    }

    /** Somebody by the name a pair gives them, such as {@code editor}, {@code key:READ} or {@code nobody}. */
    public Api.As as(String who) {
        if (who.equals("nobody")) {
            return api.bearer(null);
        }
        if (who.startsWith("bearer ")) {
            return api.bearer(who.substring("bearer ".length()));
        }
        if (who.startsWith("key:")) {
            return api.bearer(value("secret." + who.substring("key:".length())));
        }
        String email = value("email." + who);
        return who.equals("operator") ? api.asOperator(email) : api.as(email);
    }
}
