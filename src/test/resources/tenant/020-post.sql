-- vocabulary: file_type
-- behind another table: posts_content, post_media_links, post_insights
insert into posts_core (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at)
  values ('{organization}', '{id:post}', '{user}', '{tag} title', 'published', '{{tag}-platform}',
    '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
insert into posts_content (organization_id, post_id, content, hashtags, permalink, metadata)
  values ('{organization}', '{id:post}', '{tag} content', '{{tag}-hashtag}', 'https://{tag}.example/post',
    '{"{tag} metadata": "{tag}"}');
insert into media_files (organization_id, id, uploaded_by, file_name, storage_url, file_type, mime_type,
    size_bytes, width, height, duration_seconds, thumbnail_url, alt_text)
  values ('{organization}', '{id:file}', '{user}', '{tag}.jpg', 'https://{tag}.example/file', 'image', 'image/{tag}',
    {number}01, {pixels}, {pixels}, {pixels}, 'https://{tag}.example/small', '{tag} alt');
insert into post_media_links (organization_id, post_id, media_file_id, position)
  values ('{organization}', '{id:post}', '{id:file}', 0);
