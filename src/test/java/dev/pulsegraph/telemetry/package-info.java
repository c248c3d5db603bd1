@org.jspecify.annotations.NullMarked
package dev.pulsegraph.telemetry;
