package ai.september.bap.local;

/** How {@code ./bap} ends, documented in {@code ./bap --help}; scripts may rely on the numbers. */
public enum ExitCode {
    /** Done, or stopped in order by Ctrl-C or SIGTERM. */
    OK(0),
    /** Something nobody foresaw; the log has the details. */
    UNEXPECTED(1),
    /** The command line or a variable is wrong. */
    INVALID_USAGE(2),
    /** No JDK, or one older than 17; no Maven, or one older than 3.8. Only the shell script uses it. */
    NO_TOOLCHAIN(3),
    /** The build failed. Only the shell script uses it. */
    BUILD_FAILED(4),
    /** A port that is needed is taken. */
    PORT_IN_USE(5),
    /** Another live {@code ./bap dev} holds the state folder. */
    HOME_IN_USE(6),
    /** A newer version wrote the state folder. */
    HOME_TOO_NEW(7),
    /** The state folder cannot be used as it is. */
    HOME_BROKEN(8),
    /** PostgreSQL, Temporal or another part did not start, or ended and could not be started again. */
    PART_FAILED(9),
    /** The doctor could not look at all that it should. */
    CANNOT_LOOK(10);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
