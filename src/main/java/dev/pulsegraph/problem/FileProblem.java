package dev.pulsegraph.problem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, in words; the message of an exception is often the file's name alone. */
public final class FileProblem {
    private FileProblem() {}

    public static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException taken -> taken.getFile() + " is a file, not a directory";
            case AccessDeniedException denied -> denied.getFile() + " may not be read or written";
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            default -> String.valueOf(e.getMessage());
        };
    }
}
