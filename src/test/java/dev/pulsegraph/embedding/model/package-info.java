@org.jspecify.annotations.NullMarked
package dev.pulsegraph.embedding.model;
