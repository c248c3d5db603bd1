/** Pages and scripts for browsers. */
@NullMarked
package dev.pulsegraph.web;

import org.jspecify.annotations.NullMarked;
