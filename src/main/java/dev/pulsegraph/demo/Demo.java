package dev.pulsegraph.demo;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.enums.UuidNamespace;
import dev.pulsegraph.database.DatabaseBootstrap;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.EmbeddingWriter;
import dev.pulsegraph.embedding.PostEmbedder;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.traffic.EventWriter;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The organizations acme and globex with their people, posts and what became of them, 90 days of traffic, and what an
 * assistant was asked: the same on every machine, up to today's date.
 */
@Singleton
public class Demo {
    public static final DemoUser OWNER = DemoUser.of("owner@acme.example", "Olivia Owner");
    static final List<DemoUser> ACME = List.of(
            OWNER,
            DemoUser.of("admin@acme.example", "Adam Admin"),
            DemoUser.of("editor@acme.example", "Edith Editor"),
            DemoUser.of("viewer@acme.example", "Victor Viewer"));
    static final List<DemoUser> GLOBEX = List.of(DemoUser.of("owner@globex.example", "Gloria Globex"));
    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final DemoRepository repository;
    private final OperationTransaction transaction;
    private final DatabaseBootstrap database;
    private final DemoKey key;
    private final EventWriter events;
    private final EmbeddingWriter embeddings;
    private final PostEmbedder postEmbedder;
    private final JsonMapper json;
    private final Clock clock;
    private final boolean onFirstStart;
    private volatile boolean isFirstStart;

    Demo(
            DemoRepository repository,
            OperationTransaction transaction,
            DatabaseBootstrap database,
            DemoKey key,
            EventWriter events,
            EmbeddingWriter embeddings,
            PostEmbedder postEmbedder,
            JsonMapper json,
            Clock clock,
            @Value("${pulsegraph.demo.on-first-start:true}") boolean onFirstStart) {
        this.repository = repository;
        this.transaction = transaction;
        this.database = database;
        this.key = key;
        this.events = events;
        this.embeddings = embeddings;
        this.postEmbedder = postEmbedder;
        this.json = json;
        this.clock = clock;
        this.onFirstStart = onFirstStart;
    }

    /** The id behind an e-mail, as {@code ./pulsegraph token} and the demo derive it: a UUID of version 5. */
    public static UUID idOf(String email) {
        return UuidCreator.getNameBasedSha1(UuidNamespace.NAMESPACE_URL, "mailto:" + email.toLowerCase(Locale.ROOT));
    }

    /** The name of a demo user; null for anybody else. */
    public static @Nullable String nameOf(String email) {
        return java.util.stream.Stream.concat(ACME.stream(), GLOBEX.stream())
                .filter(user -> user.email().equalsIgnoreCase(email))
                .map(DemoUser::name)
                .findFirst()
                .orElse(null);
    }

    @EventListener
    void onStart(StartupEvent event) {
        if (database.isFresh()) {
            isFirstStart = onFirstStart && complete();
            database.settled();
        }
    }

    /**
     * Loads the demo into a database that nobody uses, or does what a start that was broken off left to do; answers whether the
     * demo is there. What somebody restored or made there meanwhile is left alone.
     */
    boolean complete() {
        boolean isLoaded = isLoaded();
        if (!isLoaded && transaction.asWorker(TIMEOUT, repository::hasOrganizations)) {
            return false;
        }
        if (!isLoaded) {
            LOG.info("Loading the demo organizations acme and globex");
            load();
        } else if (key.writeKey().isEmpty()) {
            // The last that is made.
            LOG.info("Loading what is missing of the demo organizations acme and globex");
            embedPosts();
            key.create();
        }
        return true;
    }

    /** Whether the demo was loaded by the start of this process, the first with this database. */
    public boolean isFirstStart() {
        return isFirstStart;
    }

    public boolean isLoaded() {
        return transaction.asWorker(TIMEOUT, repository::isLoaded);
    }

    /** Loads the demo; answers false when it was there. */
    public boolean load() {
        boolean loaded = transaction.asWorker(TIMEOUT, () -> {
            if (repository.isLoaded()) {
                return false;
            }
            create();
            return true;
        });
        if (loaded) {
            embedPosts();
        }
        key.create();
        return loaded;
    }

    /** Deletes both organizations with everything in them and loads them anew. */
    public void reset() {
        transaction.asWorker(TIMEOUT, () -> {
            repository.deleteOrganizations();
            create();
            return true;
        });
        embedPosts();
        key.create();
    }

    private void create() {
        Instant today = clock.instant().truncatedTo(ChronoUnit.DAYS);
        var rows = new DemoRows(today);
        repository.createUsers(text(rows.users()));
        repository.createOrganizations(text(rows.organizations()));
        repository.createMembers(text(rows.members()));
        repository.createPosts(text(rows.posts()));
        repository.createContents(text(rows.contents()));
        repository.createMedia(text(rows.media()));
        String counters = text(rows.counters());
        String followers = text(rows.followers());
        repository.createMonths(counters, followers);
        repository.createSamples(counters, followers);
        createTraffic(rows, today);
        createAiLogs(rows.acme(), ACME, 42, today, 45);
        createAiLogs(rows.globex(), GLOBEX, 12, today, 46);
    }

    private void createTraffic(DemoRows rows, Instant today) {
        ZoneId newYork = ZoneId.of("America/New_York");
        events.write(DemoTraffic.events(rows.acme(), "acme", newYork, 70, today, 43));
        events.write(DemoTraffic.events(rows.globex(), "globex", ZoneId.of("Europe/Berlin"), 20, today, 44));
    }

    private void createAiLogs(UUID organization, List<DemoUser> people, int count, Instant today, long seed) {
        List<DemoAiLogs.Log> logs = DemoAiLogs.list(organization, people, count, today, seed);
        repository.createAiLogs(text(logs));
        logs.forEach(log -> embeddings.replaceTexts(
                organization,
                EntityType.AI_CONTEXT,
                log.id(),
                "content",
                List.of(log.contextSummary() + "\n\n" + log.aiResponse())));
    }

    /** After the commit, as each batch of posts is a transaction of its own. */
    private void embedPosts() {
        for (String slug : List.of("acme", "globex")) {
            postEmbedder.embedMissing(postEmbedder.find(slug), posts -> {});
        }
    }

    private String text(List<?> rows) {
        try {
            return json.writeValueAsString(rows);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
