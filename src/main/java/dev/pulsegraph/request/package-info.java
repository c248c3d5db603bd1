/** What every way in shares: strict JSON, content encodings, rate limits, the form of errors. It knows no HTTP. */
@NullMarked
package dev.pulsegraph.request;

import org.jspecify.annotations.NullMarked;
