drop view posts_unified;
drop table post_insights, post_media_links, media_files, posts_content, posts_core;
drop function app.remove_unlinked_media();
