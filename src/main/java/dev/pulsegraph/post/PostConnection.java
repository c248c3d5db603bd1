package dev.pulsegraph.post;

import dev.pulsegraph.paging.Connection;
import java.util.List;
import java.util.UUID;

/** A page of an organization's posts, and what it was asked for, in case somebody wants the count. */
record PostConnection(UUID organizationId, PostFilter filter, Connection<Post> page) {
    public List<Post> nodes() {
        return page.nodes();
    }

    public List<Connection.Edge<Post>> edges() {
        return page.edges();
    }

    public Connection.PageInfo pageInfo() {
        return page.pageInfo();
    }
}
