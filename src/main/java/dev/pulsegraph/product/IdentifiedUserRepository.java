package dev.pulsegraph.product;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Users whom {@code identify} told, and visitors who are the same. */
interface IdentifiedUserRepository {
    String COLUMNS = "u.id, u.organization_id, u.user_id, u.traits, u.identified_at, u.updated_at";
    String PAGES =
            "select u.* from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (select " + COLUMNS + """
             from identified_users u
              where u.organization_id = o.id
            """;
    String UP = TimePlace.up("u", "identified_at");
    String DOWN = TimePlace.down("u", "identified_at");
    String COUNT = """
            select o.id, (select count(*) from identified_users u where u.organization_id = o.id)
            from unnest(cast(:organizations as uuid[])) o(id)
            """;
    String BY_KEYS = "select k.organization, k.user_id, u.* from " + """
            unnest(cast(:organizations as uuid[]), cast(:users as text[])) k(organization, user_id)
            cross join lateral (select
            """ + COLUMNS + """
             from identified_users u where u.organization_id = k.organization and u.user_id = k.user_id offset 0) u
            """;
    /** The canonical visitor of the user, and all who are counted as that one. */
    String VISITORS = """
            select k.organization, k.user_id, v.visitor
            from unnest(cast(:organizations as uuid[]), cast(:users as text[])) k(organization, user_id)
            cross join lateral (
              select coalesce((
                select a.canonical_visitor from visitor_aliases a
                where a.organization_id = k.organization and a.visitor = 'user:' || k.user_id), 'user:' || k.user_id) as visitor
              offset 0) c
            cross join lateral (
              select c.visitor
              union all
              (select a.visitor from visitor_aliases a
                where a.organization_id = k.organization and a.canonical_visitor = c.visitor
                order by a.joined_at, a.visitor offset 0)) v
            """;

    /** Users of each organization from a place on, oldest or newest first. */
    static Read<List<IdentifiedUser>> page(boolean up, Map<String, ?> place) {
        return Read.list(up ? PAGES + UP : PAGES + DOWN, IdentifiedUser.class, place);
    }

    static Read<Map<UUID, Long>> count(Collection<UUID> organizations) {
        return Read.counts(COUNT, Map.of("organizations", organizations));
    }

    static Read<Map<IdentifiedUser.Key, IdentifiedUser>> byKeys(Collection<IdentifiedUser.Key> keys) {
        return Read.map(BY_KEYS, IdentifiedUser.Key.class, IdentifiedUser.class, values(keys));
    }

    /** The names that visitors who are each user have, the canonical one first. */
    static Read<Map<IdentifiedUser.Key, List<String>>> visitors(Collection<IdentifiedUser.Key> keys) {
        return new Read<>(VISITORS, values(keys), rows -> {
            Map<IdentifiedUser.Key, List<String>> found = new HashMap<>();
            while (rows.next()) {
                var row = rows.row();
                found.computeIfAbsent(new IdentifiedUser.Key(row.uuid(1), row.text(2)), any -> new ArrayList<>())
                        .add(row.text(3));
            }
            return found;
        });
    }

    private static Map<String, Object> values(Collection<IdentifiedUser.Key> keys) {
        return Map.of(
                "organizations",
                keys.stream().map(IdentifiedUser.Key::organizationId).toList(),
                "users",
                keys.stream().map(IdentifiedUser.Key::userId).toList());
    }
}
