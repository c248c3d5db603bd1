package dev.pulsegraph.event;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An address as somebody sent it, whatever it is: its host and its query. */
final class PageUrl {
    private static final int MAX_HOST = 253;
    private static final int MAX_PARAMETERS = 50;
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{M}\\p{N}_-]+(?:\\.[\\p{L}\\p{M}\\p{N}_-]+)*");
    private static final String WWW = "www.";

    private final String text;

    PageUrl(@Nullable String text) {
        this.text = text == null ? "" : text.strip();
    }

    /** In lower case, without port and without {@code www.}; empty when there is none. */
    String host() {
        int slashes = text.indexOf("//");
        if (slashes < 0) {
            return "";
        }
        String rest = text.substring(slashes + 2);
        String authority = rest.substring(0, end(rest, "/?#"));
        return host(authority.substring(authority.lastIndexOf('@') + 1));
    }

    /** The same of a host that may have a port; empty when it is none. */
    static String host(String named) {
        int port = named.lastIndexOf(':');
        String host = (port < 0 ? named : named.substring(0, port)).toLowerCase(Locale.ROOT);
        if (host.length() > MAX_HOST || !HOST.matcher(host).matches()) {
            return "";
        }
        return host.startsWith(WWW) && host.indexOf('.', WWW.length()) > 0 ? host.substring(WWW.length()) : host;
    }

    /** Host and path, without a slash that stands alone; empty without a host. */
    String place() {
        String host = host();
        if (host.isEmpty()) {
            return "";
        }
        String rest = text.substring(text.indexOf("//") + 2);
        int path = end(rest, "/?#");
        String found = rest.substring(path, end(rest, "?#"));
        return found.equals("/") ? host : host + found;
    }

    /** The parameters of the query, decoded, the first of a name; names in lower case. */
    Map<String, String> parameters() {
        int begin = text.indexOf('?');
        if (begin < 0) {
            return Map.of();
        }
        String query = text.substring(begin + 1);
        Map<String, String> parameters = new HashMap<>();
        for (String part : query.substring(0, end(query, "#")).split("&", MAX_PARAMETERS + 1)) {
            int equals = part.indexOf('=');
            if (equals > 0 && parameters.size() < MAX_PARAMETERS) {
                parameters.putIfAbsent(
                        decoded(part.substring(0, equals)).toLowerCase(Locale.ROOT),
                        decoded(part.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return text.indexOf('%') < 0 && text.indexOf('+') < 0
                    ? text
                    : URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    /** Where the first of some characters is; the end when there is none. */
    private static int end(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }
}
