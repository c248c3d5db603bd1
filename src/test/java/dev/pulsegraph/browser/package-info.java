/** Pages in a real browser, and what they send. */
@NullMarked
package dev.pulsegraph.browser;

import org.jspecify.annotations.NullMarked;
