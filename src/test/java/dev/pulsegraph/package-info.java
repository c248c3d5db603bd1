/** Tests of the whole: every pair of query and answer, and that the contract and the code agree. */
@NullMarked
package dev.pulsegraph;

import org.jspecify.annotations.NullMarked;
