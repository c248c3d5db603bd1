/** What assistants were given and answered, and what people thought of it. */
@NullMarked
package dev.pulsegraph.aicontext;

import org.jspecify.annotations.NullMarked;
