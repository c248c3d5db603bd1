package dev.pulsegraph.ingest;

import java.util.HashMap;
import java.util.Map;

/**
 * So many bytes of requests may be in the process at once. What does not fit is sent back, not kept.
 *
 * <p>An owner may hold as much as is left free: one alone half of all, two a third each, and so on. However much some of
 * them send, there is room for one more. A single request of an owner needs no more than to fit.
 */
final class ByteBudget {
    /** Whose a request is before its body has told. */
    static final String NOT_KNOWN_YET = "";

    private final long bound;
    private final Map<String, Account> accounts = new HashMap<>();
    private long used;

    ByteBudget(long bound) {
        this.bound = bound;
    }

    synchronized long used() {
        return used;
    }

    synchronized Share share(String owner) {
        return new Share(opened(owner));
    }

    private Account opened(String owner) {
        Account account = accounts.computeIfAbsent(owner, Account::new);
        account.shares++;
        return account;
    }

    private void left(Account account) {
        account.shares--;
        if (account.shares == 0) {
            accounts.remove(account.owner);
        }
    }

    /** What one request holds. */
    final class Share implements AutoCloseable {
        private Account account;
        private long held;
        private boolean closed;

        private Share(Account account) {
            this.account = account;
        }

        /** Holds at least so much from now on, unless there is too little left, of all or for the owner. */
        boolean cover(long total) {
            synchronized (ByteBudget.this) {
                long bytes = total - held;
                if (bytes <= 0) {
                    return true;
                }
                long free = bound - used - bytes;
                if (free < 0 || !account.mayHold(account.held + bytes, free)) {
                    return false;
                }
                used += bytes;
                account.held += bytes;
                held += bytes;
                return true;
            }
        }

        /** Says whose it is; false when that is more than the owner may hold. */
        boolean belongTo(String owner) {
            synchronized (ByteBudget.this) {
                if (account.owner.equals(owner)) {
                    return true;
                }
                account.held -= held;
                left(account);
                account = opened(owner);
                account.held += held;
                return account.mayHold(account.held, bound - used);
            }
        }

        /** Gives all of it back, once. */
        @Override
        public void close() {
            synchronized (ByteBudget.this) {
                if (!closed) {
                    closed = true;
                    used -= held;
                    account.held -= held;
                    left(account);
                }
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
