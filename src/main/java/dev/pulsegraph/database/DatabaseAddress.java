package dev.pulsegraph.database;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Where a database is, in the forms that people are handed out: {@code postgres://} and {@code postgresql://} as libpq reads
 * them, and JDBC's, with or without an account.
 *
 * @param url as the JDBC driver reads it, without an account
 */
record DatabaseAddress(
        String url, @Nullable String username, @Nullable String password) {
    private static final Pattern FORM =
            Pattern.compile("(?:jdbc:)?postgres(?:ql)?://(?:([^/?#]*)@)?([^/?#@]*)(?:/([^?#]*))?(?:\\?([^#]*))?");
    /** What libpq calls otherwise than the driver. */
    private static final Map<String, String> NAMES = Map.of(
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "connect_timeout", "connectTimeout",
            "gssencmode", "gssEncMode",
            "load_balance_hosts", "loadBalanceHosts",
            "sslnegotiation", "sslNegotiation",
            "target_session_attrs", "targetServerType");

    private static final Map<String, String> SERVER_TYPES = Map.of(
            "read-write",
            "primary",
            "read-only",
            "secondary",
            "standby",
            "secondary",
            "prefer-standby",
            "preferSecondary");

    /**
     * Reads an address.
     *
     * @param setting whose value it is, for the sentence of what is refused
     */
    static DatabaseAddress read(String setting, String text) {
        String address = text.strip();
        if (address.startsWith("jdbc:postgresql:") && !address.startsWith("jdbc:postgresql://")) {
            return new DatabaseAddress(address, null, null);
        }
        Matcher parts = FORM.matcher(address);
        if (!parts.matches()) {
            throw new IllegalArgumentException(setting + ": `" + withoutPassword(address)
                    + "` is not an address of a PostgreSQL server, such as postgresql://db.example:5432/pulsegraph"
                    + " or jdbc:postgresql://db.example:5432/pulsegraph.");
        }
        try {
            return read(
                    setting,
                    Objects.requireNonNullElse(parts.group(1), ""),
                    parts.group(2),
                    Objects.requireNonNullElse(parts.group(3), ""),
                    Objects.requireNonNullElse(parts.group(4), ""));
        } catch (CharacterCodingException | NumberFormatException malformed) {
            throw new IllegalArgumentException(
                    setting + ": `" + withoutPassword(address)
                            + "` has a % that two hexadecimal digits do not follow; write it as %25.",
                    malformed);
        }
    }

    private static DatabaseAddress read(String setting, String account, String hosts, String path, String query)
            throws CharacterCodingException {
        int colon = account.indexOf(':');
        String username = emptyAsNull(decoded(colon < 0 ? account : account.substring(0, colon)));
        String password = colon < 0 ? null : decoded(account.substring(colon + 1));
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&")) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
                String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
                switch (name) {
                    case "user" -> username = value;
                    case "password" -> password = value;
                    case "pgbouncer" -> {
                        if ("true".equals(value)) {
                            parameters.put(PGProperty.PREPARE_THRESHOLD.getName(), "0");
                        }
                    }
                    default -> parameters.put(requireKnown(setting, name), SERVER_TYPES.getOrDefault(value, value));
                }
            }
        }
        String database = decoded(path);
        if (database.isEmpty() && username != null) {
            database = username; // as libpq has it
        }
        String suffix = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
        return new DatabaseAddress(
                "jdbc:postgresql://" + (hosts.isEmpty() ? "localhost" : hosts) + "/" + encoded(database) + suffix,
                username,
                password);
    }

    private static String requireKnown(String setting, String name) {
        String driver = NAMES.getOrDefault(name, name);
        if (PGProperty.forName(driver) == null) {
            throw new IllegalArgumentException(setting + ": the parameter `" + name
                    + "` is unknown; leave it out, or name one that the JDBC driver knows.");
        }
        return driver;
    }

    private static String decoded(String text) throws CharacterCodingException {
        var bytes = new java.io.ByteArrayOutputStream();
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] == '%') {
                if (i + 2 >= encoded.length) {
                    throw new NumberFormatException(text);
                }
                bytes.write(HexFormat.fromHexDigits(new String(encoded, i + 1, 2, StandardCharsets.ISO_8859_1)));
                i += 2;
            } else {
                bytes.write(encoded[i]);
            }
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.toByteArray()))
                .toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static @Nullable String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** An address that can be shown to whoever reads logs. */
    static String withoutPassword(String address) {
        return address.replaceFirst("//[^/]*@", "//…@").replaceAll("(?i)(password=)[^&]*", "$1…");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return withoutPassword(url);
    }
}
