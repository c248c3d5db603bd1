package dev.pulsegraph.database;

import java.sql.SQLException;

/** A statement failed; {@link SqlProblems} tells what that means to a caller. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseException(SQLException cause) {
        super(cause.getMessage(), cause);
    }
}
