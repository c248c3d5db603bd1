package dev.pulsegraph.demo;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.enums.UuidNamespace;
import dev.pulsegraph.database.DatabaseBootstrap;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.web.DemoPage;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.core.order.OrderUtil;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
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
    public static final List<DemoUser> ACME = List.of(
            OWNER,
            DemoUser.of("admin@acme.example", "Adam Admin"),
            DemoUser.of("editor@acme.example", "Edith Editor"),
            DemoUser.of("viewer@acme.example", "Victor Viewer"));
    public static final List<DemoUser> GLOBEX = List.of(DemoUser.of("owner@globex.example", "Gloria Globex"));
    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final DemoRepository repository;
    private final OperationTransaction transaction;
    private final DatabaseBootstrap database;
    private final DemoPage page;
    private final List<DemoData> data;
    private final Clock clock;
    private final boolean onFirstStart;
    private volatile boolean isFirstStart;

    Demo(
            DemoRepository repository,
            OperationTransaction transaction,
            DatabaseBootstrap database,
            DemoPage page,
            List<DemoData> data,
            Clock clock,
            @Value("${pulsegraph.demo.on-first-start:true}") boolean onFirstStart) {
        this.repository = repository;
        this.transaction = transaction;
        this.database = database;
        this.page = page;
        this.data = data.stream().sorted(OrderUtil.COMPARATOR).toList();
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
        } else if (page.writeKey().isEmpty()) {
            // The last that is made.
            LOG.info("Loading what is missing of the demo organizations acme and globex");
            data.forEach(DemoData::complete);
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
        if (loaded || page.writeKey().isEmpty()) {
            data.forEach(DemoData::complete);
        }
        return loaded;
    }

    /** Deletes both organizations with everything in them and loads them anew. */
    public void reset() {
        transaction.asWorker(TIMEOUT, () -> {
            repository.deleteOrganizations();
            create();
            return true;
        });
        data.forEach(DemoData::complete);
    }

    private void create() {
        var rows = new DemoRows(clock.instant().truncatedTo(ChronoUnit.DAYS));
        data.forEach(each -> each.create(rows));
    }
}
