package dev.pulsegraph.post;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface MediaRepository extends GenericRepository<MediaFile, UUID> {
    String COLUMNS = """
            f.id, f.file_name, f.storage_url, f.file_type, f.mime_type, f.size_bytes, f.width, f.height, f.duration_seconds,
              f.thumbnail_url, f.alt_text""";

    static Read<List<MediaFile>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from media_files f where f.id = any (cast(:ids as uuid[]))",
                MediaFile.class,
                Map.of("ids", ids));
    }

    @Query("select " + COLUMNS + """
            , l.post_id from post_media_links l
            join media_files f on f.organization_id = l.organization_id and f.id = l.media_file_id
            where l.post_id = any (cast(:posts as uuid[]))
            order by l.post_id, l.position
            """)
    List<LinkedMediaFile> listByPosts(@SqlArray Collection<UUID> posts);

    @Query("""
            insert into media_files (organization_id, id, uploaded_by, file_name, storage_url, file_type, mime_type,
              size_bytes, width, height, duration_seconds, thumbnail_url, alt_text)
            values (:organization, :id, cast(:uploadedBy as uuid), :fileName, :url, :type, cast(:mimeType as text),
              :sizeBytes, cast(:width as int), cast(:height as int), cast(:durationSeconds as double precision),
              cast(:thumbnailUrl as text), cast(:altText as text))
            """)
    void create(
            UUID organization,
            UUID id,
            @Nullable UUID uploadedBy,
            String fileName,
            String url,
            String type,
            @Nullable String mimeType,
            long sizeBytes,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable Double durationSeconds,
            @Nullable String thumbnailUrl,
            @Nullable String altText);

    @Query("""
            insert into post_media_links (organization_id, post_id, media_file_id, position)
            select :organization, :post, cast(f.id as uuid), f.position - 1
            from unnest(cast(:files as text[])) with ordinality f(id, position)
            """)
    void link(UUID organization, UUID post, @SqlArray List<UUID> files);

    @Query("delete from post_media_links where post_id = :post and not media_file_id = any (cast(:kept as uuid[]))")
    long unlinkOthers(UUID post, @SqlArray List<UUID> kept);

    /** The order of a post's files, over whatever order there was; positions are checked when the statement ends. */
    @Query("""
            insert into post_media_links (organization_id, post_id, media_file_id, position)
            select :organization, :post, cast(f.id as uuid), f.position - 1
            from unnest(cast(:files as text[])) with ordinality f(id, position)
            on conflict (organization_id, post_id, media_file_id) do update set position = excluded.position
            """)
    void relink(UUID organization, UUID post, @SqlArray List<UUID> files);
}
