/** Who is calling: tokens, API keys and secrets. */
@NullMarked
package dev.pulsegraph.security;

import org.jspecify.annotations.NullMarked;
