package dev.pulsegraph.isolation;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An organization with one row in every tenant table. Every text that may be free holds {@code tag}, every free number
 * begins with {@code number}: whoever sees one of them, or a UUID of a row, has seen the organization.
 *
 * @param tag also the slug, and the local part of the owner's e-mail
 * @param secret of the API key, which has every scope
 * @param tables all tenant tables of the database
 */
record Tenant(
        String tag,
        String number,
        UUID organization,
        UUID user,
        UUID key,
        String secret,
        TestDatabase database,
        List<String> tables) {
    private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9_-]{40,}");

    private static final Pattern ID = Pattern.compile("\\{id:([a-z]+)}");

    /** Inserts what {@link TenantFiles} have; {@code {id:name}} there is one id a name. */
    static Tenant insert(TestDatabase database, String tag, String number) {
        String secret = Secret.create(Secret.API_KEY).text();
        var tenant = new Tenant(
                tag,
                number,
                UUID.randomUUID(),
                Demo.idOf(email(tag)),
                UUID.randomUUID(),
                secret,
                database,
                tables(database));
        Map<String, String> ids = new HashMap<>();
        String sql = TenantFiles.sql()
                .replace("{tag}", tag)
                .replace("{number}", number)
                .replace("{pixels}", pixels(number))
                .replace("{organization}", tenant.organization.toString())
                .replace("{user}", tenant.user.toString())
                .replace("{key}", tenant.key.toString())
                .replace("{sha256}", new Secret(secret).sha256());
        database.execute("begin; "
                + ID.matcher(sql)
                        .replaceAll(id -> ids.computeIfAbsent(
                                id.group(1), name -> UUID.randomUUID().toString()))
                + "commit");
        return tenant;
    }

    private static String email(String tag) {
        return tag + "@tenant.example";
    }

    String email() {
        return email(tag);
    }

    String slug() {
        return tag;
    }

    /** Which rows of a tenant table are this organization's. */
    String condition(String table) {
        return switch (table) {
            case "organizations" -> "id = '" + organization + "'";
            case "user_profiles" -> "id = '" + user + "'";
            default -> "organization_id = '" + organization + "'";
        };
    }

    /** Every UUID in any column of the organization's rows. */
    Set<String> uuids() {
        return values("select distinct %2$s::text from %1$s where %3$s and %2$s is not null", "uuid");
    }

    /** Every text that holds the tag, elements of arrays too. */
    Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>(
                values("select distinct %2$s from %1$s where %3$s and %2$s like '%%" + tag + "%%'", "text"));
        texts.addAll(values(
                "select distinct x from %1$s, unnest(%2$s) x where %3$s and x like '%%" + tag + "%%'", "text[]"));
        return texts;
    }

    /** What a query of a table, a column and the condition of a row finds in all columns of a type. */
    private Set<String> values(String query, String type) {
        String all = database
                .texts("select relname || ' ' || attname from pg_attribute join pg_class c on c.oid = attrelid"
                        + " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0"
                        + " and not attisdropped and atttypid = '" + type + "'::regtype order by 1")
                .stream()
                .map(line -> line.split(" "))
                .filter(column -> tables.contains(column[0]))
                .map(column -> query.formatted(column[0], column[1], condition(column[0])))
                .collect(Collectors.joining(" union all "));
        return new LinkedHashSet<>(database.texts(all));
    }

    /** A pattern of both Java and PostgreSQL that finds any trace of the organization in a text. */
    String pattern() {
        return tag + "|" + number + "|(?<![0-9a-f.])" + pixels(number) + "(?![0-9a-f])|" + String.join("|", uuids());
    }

    /** What tells of the organization where its number is more than may be stored. */
    private static String pixels(String number) {
        return number.substring(0, 6);
    }

    /** The traces of the organization in a text, those inside global ids and cursors too. */
    static List<String> traces(Pattern pattern, String text) {
        List<String> traces = new ArrayList<>();
        var plain = pattern.matcher(text);
        while (plain.find()) {
            traces.add(plain.group());
        }
        var encoded = ENCODED.matcher(text);
        while (encoded.find()) {
            var inside = pattern.matcher(decoded(encoded.group()));
            while (inside.find()) {
                traces.add(inside.group());
            }
        }
        return traces;
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    Pattern compiledPattern() {
        return Pattern.compile(pattern().toLowerCase(Locale.ROOT), Pattern.CASE_INSENSITIVE);
    }

    /** One statement that answers all rows of the organization, and where they lie: a row that was written lies elsewhere. */
    String dump() {
        return tables.stream()
                .map(table -> "select '" + table
                        + "' || coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('ctid', t.ctid) order by t.ctid)::text, '') from "
                        + table
                        + " t where " + condition(table))
                .reduce((one, other) -> one + " union all " + other)
                .orElseThrow();
    }

    /** A row of the organization as JSON. */
    String row(Connection superuser, String table) throws SQLException {
        return TestDatabase.texts(
                        superuser,
                        "select to_jsonb(t)::text from " + table + " t where " + condition(table) + " limit 1")
                .getFirst();
    }

    private static List<String> tables(TestDatabase database) {
        return database.texts("""
                select c.relname from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                  and (c.relname in ('organizations', 'user_profiles')
                    or exists (select from pg_attribute a
                      where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
                order by 1""");
    }

    List<String> columns(String table, String type) {
        return database.texts("select attname from pg_attribute where attrelid = 'public." + table
                + "'::regclass and attnum > 0 and not attisdropped and atttypid = '" + type
                + "'::regtype order by attnum");
    }
}
