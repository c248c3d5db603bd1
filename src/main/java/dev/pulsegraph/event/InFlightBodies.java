package dev.pulsegraph.event;

import dev.pulsegraph.http.ClientAddress;
import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.security.Credentials;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.AvailableByteBody;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Where bodies of events are held. Under a key that is known there is room for it; all requests whose key is in the body share an
 * eighth, by the addresses they come from. Half of that is for bodies that are here already, as those of browsers are: who sends
 * slowly is not in their way.
 */
@Singleton
class InFlightBodies {
    private static final int PART = 16;
    private static final String NOWHERE = "";

    private final ClientAddress addresses;
    private final InFlightLimit all;
    private final InFlightLimit arrived;
    private final InFlightLimit arriving;

    InFlightBodies(GroupCommit commit, ClientAddress addresses) {
        this.addresses = addresses;
        this.all = commit.inFlight();
        long part = Math.max(IngestSettings.MAX_BODY, all.bound() / PART);
        this.arrived = all.part(part);
        this.arriving = all.part(part);
    }

    /** For a body that belongs to a key which is known, or to nobody yet. */
    InFlightLimit.Share open(ServerHttpRequest<?> http, Credentials.@Nullable Key known) {
        if (known != null) {
            return all.share(known.sha256());
        }
        String address = addresses.resolve(http);
        return (http.byteBody() instanceof AvailableByteBody ? arrived : arriving)
                .share(address == null ? NOWHERE : address);
    }

    /** What is held for a key that has become known. */
    InFlightLimit.Share move(InFlightLimit.Share share, Credentials.Key known) {
        InFlightLimit.Share moved = share.movedTo(all, known.sha256());
        if (moved == null) {
            throw new IngestProblem(IngestProblem.Kind.FULL);
        }
        return moved;
    }
}
