package dev.pulsegraph.database;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Why a login failed, in one sentence, and what to do about it. */
final class LoginProblem {
    private static final String OTHER_SETTINGS = "DATASOURCES_DEFAULT_URL";

    private LoginProblem() {}

    static IllegalStateException of(DatabaseAccount account, SQLException e) {
        return new IllegalStateException("Cannot log in as " + account + ": " + reason(account, e), e);
    }

    private static String reason(DatabaseAccount account, SQLException e) {
        String said = String.valueOf(e.getMessage())
                .replaceFirst("^FATAL: ", "")
                .replaceAll("\\s+", " ")
                .strip();
        String state = String.valueOf(e.getSQLState());
        String database = account.place().replaceFirst(".*/", "");
        if (cause(e, UnknownHostException.class) != null) {
            return "no host of this name is known. Check " + OTHER_SETTINGS + ".";
        }
        if (cause(e, SocketTimeoutException.class) != null) {
            return "nothing answers there in time. Check " + OTHER_SETTINGS + ", and firewalls between here and there.";
        }
        if (cause(e, ConnectException.class) != null) {
            return "nothing listens there. Start PostgreSQL, or check " + OTHER_SETTINGS + ".";
        }
        if ("3D000".equals(state) || said.contains("no such database")) {
            return "there is no database `" + database + "`. Create it as a superuser, `create database " + database
                    + " owner …`, or check the name in " + OTHER_SETTINGS + ".";
        }
        if ("28000".equals(state) && said.contains("pg_hba.conf")) {
            return said + ". Let it in there, or try `?sslmode=require` at the end of " + OTHER_SETTINGS + ".";
        }
        if ("28P01".equals(state) || "28000".equals(state) || said.contains("password authentication failed")) {
            return "there is no such account, or its password is wrong. Check " + account.settings()
                    + "_USERNAME and "
                    + account.settings() + "_PASSWORD"
                    + (account.settings().startsWith("PULSEGRAPH")
                            ? "."
                            : "; `./pulsegraph migrate` with the owner's credentials makes that account.");
        }
        if ("53300".equals(state)) {
            return "it has no connection left. Raise max_connections there, or lower DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE.";
        }
        if (said.contains("unsupported startup parameter")) {
            return said + ". In pgbouncer.ini, set `ignore_startup_parameters = extra_float_digits`.";
        }
        return said + (said.endsWith(".") ? "" : ".");
    }

    private static @Nullable Throwable cause(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return cause;
            }
        }
        return null;
    }
}
