package dev.pulsegraph.product;

import org.jspecify.annotations.Nullable;

/**
 * What events are grouped by.
 *
 * @param property null unless by a property
 */
record EventGroup(Kind kind, @Nullable PropertyPath property) {
    static final EventGroup NONE = new EventGroup(Kind.NONE, null);

    static EventGroup of(@Nullable String groupBy) {
        if (groupBy == null) {
            return NONE;
        }
        return switch (groupBy) {
            case "name" -> new EventGroup(Kind.NAME, null);
            case "type" -> new EventGroup(Kind.TYPE, null);
            case "source" -> new EventGroup(Kind.SOURCE, null);
            default -> new EventGroup(Kind.PROPERTY, PropertyPath.of("groupBy", groupBy));
        };
    }

    boolean isNone() {
        return kind == Kind.NONE;
    }

    enum Kind {
        NONE("cast(null as text)"),
        NAME("e.name"),
        TYPE("upper(e.type)"),
        SOURCE(EventPageRepository.SOURCE),
        PROPERTY("""
                (select case when jsonb_typeof(g.value) in ('string', 'number', 'boolean') then g.value #>> '{}' end
                  from (select case when :groupOfContext then e.context else e.properties end #> cast(:groupKeys as text[]) as value offset 0) g)""");

        private final String sql;

        Kind(String sql) {
            this.sql = sql;
        }

        /** As an expression of {@code e}, a row of {@code product_events}. */
        String sql() {
            return sql;
        }
    }
}
