package dev.pulsegraph.web;

import java.util.Optional;

/** What the demo page needs of the feature that knows the demo. */
public interface DemoPage {

    /** The key the page sends with; none where there is no demo. */
    Optional<String> writeKey();
}
