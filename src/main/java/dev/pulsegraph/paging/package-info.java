/** Ids and keyset pages: what was asked, cursors, connections. */
@NullMarked
package dev.pulsegraph.paging;

import org.jspecify.annotations.NullMarked;
