package dev.pulsegraph.post;

import dev.pulsegraph.demo.DemoData;
import dev.pulsegraph.demo.DemoRows;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;

/** Posts with what they say and show. */
@Singleton
class PostDemoData implements DemoData {
    private final PostDemoRepository repository;
    private final Json json;

    PostDemoData(PostDemoRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    @Override
    public int getOrder() {
        return 20;
    }

    @Override
    public void create(DemoRows rows) {
        repository.createPosts(json.text(rows.posts()));
        repository.createContents(json.text(rows.contents()));
        repository.createMedia(json.text(rows.media()));
    }
}
