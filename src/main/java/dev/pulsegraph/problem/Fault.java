package dev.pulsegraph.problem;

import java.util.UUID;

/** A fault of ours, as a caller may know it: by a number, under which the log has the rest. */
public final class Fault extends Problem {
    private static final long serialVersionUID = 1L;

    private final String correlationId;

    private Fault(String correlationId) {
        super(ErrorCode.INTERNAL, null, "An internal error occurred and was logged. Correlation ID: " + correlationId);
        this.correlationId = correlationId;
    }

    public static Fault masked() {
        return new Fault(UUID.randomUUID().toString());
    }

    public String correlationId() {
        return correlationId;
    }
}
