/**
 * Items that are sent and written together, by whatever way they come: each is read and judged by itself, and what is wrong
 * with one never harms the others.
 */
@NullMarked
package dev.pulsegraph.batch;

import org.jspecify.annotations.NullMarked;
