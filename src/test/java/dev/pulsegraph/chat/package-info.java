@org.jspecify.annotations.NullMarked
package dev.pulsegraph.chat;
