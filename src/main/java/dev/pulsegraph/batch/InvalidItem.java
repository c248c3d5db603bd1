package dev.pulsegraph.batch;

/** What is wrong with an item of a batch. An expected outcome: it carries no stack trace. */
public final class InvalidItem extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    public InvalidItem(String code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    public String code() {
        return code;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
