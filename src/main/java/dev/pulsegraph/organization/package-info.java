/** Organizations, their members, invitations, API keys and audit log. */
@NullMarked
package dev.pulsegraph.organization;

import org.jspecify.annotations.NullMarked;
