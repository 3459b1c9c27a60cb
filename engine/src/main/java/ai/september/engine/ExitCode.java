package ai.september.engine;

/** How the process ends; the numbers follow sysexits. */
enum ExitCode {
    OK(0),
    /** Unknown command or argument. */
    USAGE(64),
    /** The address is taken or not ours. */
    ADDRESS_UNAVAILABLE(69),
    /** A fault of the program. */
    INTERNAL(70),
    /** The brain cannot be read or written. */
    BRAIN_ERROR(74),
    /** Another engine serves this brain. */
    BRAIN_IN_USE(75),
    /** The brain is missing, older or newer. */
    MIGRATION_REQUIRED(76),
    /** A variable is missing or wrong. */
    CONFIG(78);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
