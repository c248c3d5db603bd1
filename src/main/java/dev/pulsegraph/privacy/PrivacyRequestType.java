package dev.pulsegraph.privacy;

public enum PrivacyRequestType {
    ERASE,
    EXPORT
}
