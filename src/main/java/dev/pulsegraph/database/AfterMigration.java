package dev.pulsegraph.database;

import java.util.List;

/**
 * What a feature does with its tables once they are migrated, and no migration can: it installs an extension, or builds an
 * index without holding up those who write. It does what is missing, which mostly is nothing.
 */
public interface AfterMigration {
    /** Answers what was done, a sentence each. */
    List<String> run(OwnerStatements owner);
}
