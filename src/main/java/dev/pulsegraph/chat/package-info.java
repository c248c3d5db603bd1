/// Chat: the domains whose assistants talk with visitors, and what was said.
///
/// Metadata of a conversation is changed by one statement, a merge patch of the row as it is then (`app.merge_patch`),
/// so that
/// writers at the same time lose nothing. Messages come in batches; one that was sent before is stored once.
@NullMarked
package dev.pulsegraph.chat;

import org.jspecify.annotations.NullMarked;
