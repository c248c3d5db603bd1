package dev.pulsegraph.post;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

/** Each method writes all rows of a table in one statement; {@code rows} is a JSON array with the names of the columns. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PostDemoRepository extends GenericRepository<PostDemoRepository.Row, UUID> {

    @Query("""
            insert into posts_core (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at)
            select organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at
            from jsonb_to_recordset(cast(:rows as jsonb)) r(organization_id uuid, id uuid, author_id uuid, title text, status text,
              platforms text[], scheduled_at timestamptz, published_at timestamptz, created_at timestamptz)
            """)
    void createPosts(String rows);

    @Query("""
            insert into posts_content (organization_id, post_id, content, hashtags, permalink)
            select organization_id, post_id, content, hashtags, permalink from jsonb_to_recordset(cast(:rows as jsonb))
              r(organization_id uuid, post_id uuid, content text, hashtags text[], permalink text)
            """)
    void createContents(String rows);

    @Query("""
            with files as (
              insert into media_files (organization_id, id, uploaded_by, file_name, storage_url, file_type, mime_type,
                size_bytes, width, height, alt_text)
              select organization_id, id, uploaded_by, file_name, storage_url, 'image', 'image/jpeg', size_bytes, 1080, 1080, alt_text
              from jsonb_to_recordset(cast(:rows as jsonb))
                r(organization_id uuid, id uuid, uploaded_by uuid, file_name text, storage_url text, size_bytes bigint, alt_text text))
            insert into post_media_links (organization_id, post_id, media_file_id, position)
            select organization_id, post_id, id, position from jsonb_to_recordset(cast(:rows as jsonb))
              r(organization_id uuid, id uuid, post_id uuid, position int)
            """)
    void createMedia(String rows);

    @MappedEntity("posts_core")
    record Row(@Id UUID id) {}
}
