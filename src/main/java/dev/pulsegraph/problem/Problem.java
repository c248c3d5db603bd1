package dev.pulsegraph.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something a caller did that cannot be done, told in a sentence that repeats the input and says what is allowed.
 * It is an expected outcome and carries no stack trace.
 */
public class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String argument;

    /** For problems that a feature tells apart. */
    protected Problem(ErrorCode code, @Nullable String argument, String message) {
        super(message, null, false, false);
        this.code = code;
        this.argument = argument;
    }

    public static Problem of(ErrorCode code, String message) {
        return new Problem(code, null, message);
    }

    /** Of {@code argument}, which the message then begins with. */
    public static Problem of(ErrorCode code, String argument, String message) {
        return new Problem(code, argument, argument + ": " + message);
    }

    /** The value of {@code argument} is refused; the message names what is allowed. */
    public static Problem badInput(String argument, String message) {
        return of(ErrorCode.BAD_USER_INPUT, argument, message);
    }

    /** Like {@link #badInput}, of what is inside an argument or a variable: {@code input.items[2].title}. */
    public static Problem badInputAt(String path, String message) {
        String last = path.substring(path.lastIndexOf('.') + 1);
        int index = last.indexOf('[');
        String argument = (index < 0 ? last : last.substring(0, index)).replace("$", "");
        return new Problem(ErrorCode.BAD_USER_INPUT, argument, path + ": " + message);
    }

    /** There is no such thing, or the caller may not see it: the two look the same. */
    public static Problem notFound(String argument, String what) {
        return of(ErrorCode.NOT_FOUND, argument, "there is no such " + what + ".");
    }

    public static Problem forbidden(String message) {
        return new Problem(ErrorCode.FORBIDDEN, null, message);
    }

    /** What the policies keep from the caller. */
    public static Problem forbiddenByRole() {
        return forbidden("Your role in this organization does not allow this.");
    }

    /**
     * The only one that was looked for by its id.
     *
     * @param what it is, for whoever is told that it is not there
     */
    public static <T> T requireFound(List<T> found, String what) {
        return found.stream().findAny().orElseThrow(() -> notFound("id", what));
    }

    /**
     * Tells why a row that was there was not changed: somebody else deleted it meanwhile, or the policies keep it from
     * this caller.
     *
     * @param requireThere refuses with NOT_FOUND what is not to be seen any more
     */
    public static void requireChanged(long changedRows, Runnable requireThere) {
        if (changedRows == 0) {
            requireThere.run();
            throw forbiddenByRole();
        }
    }

    /**
     * A refusal that names its argument in front, as those of the database do: {@code "slug: already taken."}.
     * A message without a colon names none.
     */
    public static Problem parse(ErrorCode code, String message) {
        int colon = message.indexOf(": ");
        boolean named = colon > 0 && message.chars().limit(colon).allMatch(Character::isLetterOrDigit);
        return new Problem(code, named ? message.substring(0, colon) : null, message);
    }

    /** The same of a field that has another name for the argument. */
    public Problem renamed(String from, String to) {
        return from.equals(argument) && getMessage().startsWith(from + ": ")
                ? new Problem(code, to, to + getMessage().substring(from.length()))
                : this;
    }

    /** At most 60 characters of what somebody sent, for a sentence about it. */
    public static String shown(String text) {
        String printable = text.codePoints()
                .limit(60)
                .map(c -> isPrintable(c) ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return text.codePointCount(0, text.length()) > 60 ? printable + "…" : printable;
    }

    /** Half a pair of surrogates is no character, and could not be written either. */
    private static boolean isPrintable(int c) {
        return !Character.isISOControl(c) && Character.isDefined(c) && Character.getType(c) != Character.SURROGATE;
    }

    public ErrorCode code() {
        return code;
    }

    /** The argument at fault, as the schema spells it. */
    public @Nullable String argument() {
        return argument;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
