package dev.pulsegraph.organization;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

public interface AuditRepository {
    String COLUMNS = """
            a.id, a.organization_id, a.occurred_at, a.actor_label, a.actor_user_id, a.action, a.subject_type, a.subject_id,
              a.before, a.after""";
    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from audit_log a
              where a.organization_id = o.id
            """;
    String UP = TimePlace.up("a", "occurred_at");
    String DOWN = TimePlace.down("a", "occurred_at");

    static Read<List<AuditEntry>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from audit_log a where a.id = any (cast(:ids as uuid[]))",
                AuditEntry.class,
                Map.of("ids", ids));
    }

    /** Entries of each organization from a place on, oldest or newest first. */
    static Read<List<AuditEntry>> page(boolean up, Map<String, ?> place) {
        return Read.list(up ? PAGES + UP : PAGES + DOWN, AuditEntry.class, place);
    }

    static Read<Map<UUID, Long>> count(Collection<UUID> organizations) {
        return Read.counts("""
                        select o.id, (select count(*) from audit_log a where a.organization_id = o.id)
                        from unnest(cast(:organizations as uuid[])) o(id)
                        """, Map.of("organizations", organizations));
    }
}
