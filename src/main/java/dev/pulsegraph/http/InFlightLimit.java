package dev.pulsegraph.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * So many bytes of requests may be in the process at once. What does not fit is sent back, not kept.
 *
 * <p>An owner may hold as much as is left free: one alone half of all, two a third each, and so on. However much some of
 * them send, there is room for one more. A single request of an owner needs no more than to fit.
 */
public final class InFlightLimit {
    private final long bound;
    private final @Nullable InFlightLimit whole;
    private final Map<String, Account> accounts = new HashMap<>();
    private long used;

    public InFlightLimit(long bound) {
        this(bound, null);
    }

    private InFlightLimit(long bound, @Nullable InFlightLimit whole) {
        this.bound = bound;
        this.whole = whole;
    }

    /** A small part of this one, with owners of its own: what they hold counts in both. */
    public InFlightLimit part(long bytes) {
        return new InFlightLimit(bytes, this);
    }

    public long bound() {
        return bound;
    }

    public synchronized long used() {
        return used;
    }

    public Share share(String owner) {
        return new Share(owner);
    }

    private synchronized Account opened(String owner) {
        Account account = accounts.computeIfAbsent(owner, Account::new);
        account.shares++;
        return account;
    }

    private synchronized boolean take(@Nullable Account account, long bytes) {
        long free = bound - used - bytes;
        if (free < 0
                || (account != null && !account.mayHold(account.held + bytes, free))
                || (whole != null && !whole.take(null, bytes))) {
            return false;
        }
        used += bytes;
        if (account != null) {
            account.held += bytes;
        }
        return true;
    }

    private synchronized void give(@Nullable Account account, long bytes) {
        used -= bytes;
        if (account != null) {
            account.held -= bytes;
        }
        if (whole != null) {
            whole.give(null, bytes);
        }
    }

    private synchronized void left(Account account) {
        account.shares--;
        if (account.shares == 0) {
            accounts.remove(account.owner);
        }
    }

    /** What one request holds. */
    public final class Share implements AutoCloseable {
        private final Account account;
        private long held;
        private boolean closed;

        private Share(String owner) {
            account = opened(owner);
        }

        /** Holds at least so much from now on, unless there is too little left, of all or for the owner. */
        public synchronized boolean cover(long total) {
            if (total <= held) {
                return true;
            }
            if (closed || !take(account, total - held)) {
                return false;
            }
            held = total;
            return true;
        }

        /**
         * The same bytes for somebody else, be it of another budget; this one is given back. Null when that is more than they
         * may hold.
         */
        public @Nullable Share movedTo(InFlightLimit budget, String owner) {
            long bytes;
            synchronized (this) {
                bytes = held;
            }
            close();
            Share moved = budget.share(owner);
            if (moved.cover(bytes)) {
                return moved;
            }
            moved.close();
            return null;
        }

        /** Gives all of it back, once. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                give(account, held);
                left(account);
            }
        }
    }

    private static final class Account {
        private final String owner;
        private long held;
        private int shares;

        Account(String owner) {
            this.owner = owner;
        }

        boolean mayHold(long bytes, long free) {
            return shares == 1 || bytes <= free;
        }
    }
}
