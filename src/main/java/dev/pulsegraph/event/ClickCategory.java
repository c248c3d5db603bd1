package dev.pulsegraph.event;

import java.util.Locale;

/** What kind of thing was clicked. */
public enum ClickCategory {
    CONTACT,
    MESSAGING,
    SOCIAL,
    PORTFOLIO,
    AI_AGENT,
    OTHER;

    /** What the name of a target says of it. */
    public static ClickCategory of(String target) {
        if (target.startsWith("contact.")) {
            return CONTACT;
        }
        if (target.startsWith("socialMessaging.")) {
            return MESSAGING;
        }
        if (target.startsWith("socialChannels.")) {
            return SOCIAL;
        }
        if (target.startsWith("portfolio.")) {
            return PORTFOLIO;
        }
        return target.equals("aiAgent") ? AI_AGENT : OTHER;
    }

    /** As the column {@code click_category} has it. */
    public String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
