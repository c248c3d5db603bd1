/** What tests share: a caller of the API and factories of what it works on. */
@NullMarked
package dev.pulsegraph.support;

import org.jspecify.annotations.NullMarked;
