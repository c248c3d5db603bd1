package dev.pulsegraph.job;

public enum JobRunStatus {
    RUNNING,
    SUCCEEDED,
    FAILED
}
