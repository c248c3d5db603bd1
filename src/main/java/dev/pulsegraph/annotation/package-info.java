/// Annotations: what happened on a day, for whoever looks at a chart of it.
@NullMarked
package dev.pulsegraph.annotation;

import org.jspecify.annotations.NullMarked;
