package dev.pulsegraph.chat;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversations and their messages. Each kind of question is a statement of its own, so that each has a plan of its own. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ConversationRepository extends GenericRepository<ConversationRepository.Key, UUID> {
    String COLUMNS = """
            c.id, c.organization_id, c.domain_id, c.reference, c.session_id, c.status, c.metadata, c.started_at, c.ended_at, c.created_at,
              c.updated_at""";
    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from conversations c
              where c.organization_id = o.id
            """;
    String UP = TimePlace.up("c", "started_at");
    String DOWN = TimePlace.down("c", "started_at");

    String MESSAGE = "m.id, m.conversation_id, m.message_id, m.role, m.content, m.metadata, m.created_at";
    /** With the organization, by which the index begins. */
    String MESSAGES = "select " + MESSAGE + """
             from unnest(cast(:conversations as uuid[])) o(id) join conversations c on c.id = o.id cross join lateral (
              select
            """ + MESSAGE + """
               from messages m
              where m.organization_id = c.organization_id and m.conversation_id = c.id
            """;

    String MESSAGES_UP = TimePlace.up("m", "created_at");
    String MESSAGES_DOWN = TimePlace.down("m", "created_at");

    static Read<List<Conversation>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from conversations c where c.id = any (cast(:ids as uuid[]))",
                Conversation.class,
                Map.of("ids", ids));
    }

    /** Those of each organization that pass a filter, from a place on, oldest or newest first. */
    static Read<List<Conversation>> page(boolean up, Map<String, ?> place, ConversationFilter filter) {
        Map<String, @Nullable Object> values = filter.values();
        values.putAll(place);
        return Read.list(PAGES + filter.sql() + (up ? UP : DOWN), Conversation.class, values);
    }

    /** How many of each organization pass a filter. */
    static Read<Map<UUID, Long>> count(Collection<UUID> organizations, ConversationFilter filter) {
        Map<String, @Nullable Object> values = filter.values();
        values.put("organizations", organizations);
        return Read.counts(
                "select o.id, (select count(*) from conversations c where c.organization_id = o.id" + filter.sql()
                        + ") from unnest(cast(:organizations as uuid[])) o(id)",
                values);
    }

    static Read<List<Message>> messagesByIds(Collection<UUID> ids) {
        return Read.list(
                "select " + MESSAGE + " from messages m where m.id = any (cast(:ids as uuid[]))",
                Message.class,
                Map.of("ids", ids));
    }

    /** Messages of each conversation from a place on, oldest or newest first. */
    static Read<List<Message>> messages(boolean up, Map<String, ?> place) {
        return Read.list(MESSAGES + (up ? MESSAGES_UP : MESSAGES_DOWN), Message.class, place);
    }

    static Read<Map<UUID, Long>> countMessages(Collection<UUID> conversations) {
        return Read.counts("""
                select c.id, (select count(*) from messages m where m.organization_id = c.organization_id and m.conversation_id = c.id)
                from conversations c where c.id = any (cast(:conversations as uuid[]))
                """, Map.of("conversations", conversations));
    }

    /** Starts one, unless there is one of this reference. */
    @Query("""
            insert into conversations (organization_id, id, domain_id, reference, session_id, metadata, started_at)
            values (:organization, :id, :domain, cast(:reference as text), cast(:session as text), cast(:metadata as jsonb),
              coalesce(cast(:startedAt as timestamptz), now()))
            on conflict on constraint conversations_reference_key do nothing
            """)
    long create(
            UUID organization,
            UUID id,
            UUID domain,
            @Nullable String reference,
            @Nullable String session,
            @TypeDef(type = DataType.JSON) Map<String, Object> metadata,
            @Nullable String startedAt);

    @Query("select c.id from conversations c where c.organization_id = :organization and c.reference = :reference")
    Optional<UUID> findByReference(UUID organization, String reference);

    /**
     * Merges metadata into what is there, in one statement.
     *
     * @param status null to leave it
     * @param ends whether that status is an end
     */
    @Query("""
            update conversations set
              metadata = app.merge_patch(metadata, cast(:patch as jsonb)),
              status = coalesce(cast(:status as text), status),
              ended_at = case when cast(:status as text) is null then ended_at when :ends then coalesce(ended_at, greatest(now(), started_at)) end
            where id = :id
            """)
    long update(UUID id, String patch, @Nullable String status, boolean ends);

    /**
     * Stores messages that are not there yet; answers how many.
     *
     * @param rows a JSON array with the names of the columns
     */
    @Query("""
            with written as (
              insert into messages (organization_id, conversation_id, id, message_id, role, content, metadata, created_at)
              select c.organization_id, c.id, r.id, r.message_id, r.role, r.content, coalesce(cast(r.metadata as jsonb), '{}'), r.created_at
              from jsonb_to_recordset(cast(:rows as jsonb))
                r(id uuid, message_id text, role text, content text, metadata text, created_at timestamptz)
              join conversations c on c.id = :conversation
              on conflict on constraint messages_message_id_key do nothing
              returning id)
            select count(*) from written
            """)
    int append(UUID conversation, String rows);

    @Query("select e.conversations, e.messages from app.erase_chat_session(:organization, :session) e")
    Erased erase(UUID organization, String session);

    /** How much there was of a session. */
    @MappedEntity
    record Erased(@Id int conversations, int messages) {}

    @MappedEntity("conversations")
    record Key(@Id UUID id) {}
}
