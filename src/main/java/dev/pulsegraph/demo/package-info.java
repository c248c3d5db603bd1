/** The demo organizations: deterministic, loaded on the first start. */
@NullMarked
package dev.pulsegraph.demo;

import org.jspecify.annotations.NullMarked;
