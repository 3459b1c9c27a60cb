package ai.september.engine;

/** The engine cannot run; the message is the one line that the operator reads. */
final class BootException extends Exception {

    private final ExitCode exitCode;

    BootException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
