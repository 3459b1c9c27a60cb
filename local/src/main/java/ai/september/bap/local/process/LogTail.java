package ai.september.bap.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a server wrote to its log since a moment; used to say why it did not start. */
public final class LogTail {

    private final Path log;
    private final long start;

    private LogTail(Path log, long start) {
        this.log = log;
        this.start = start;
    }

    /** From now on. */
    public static LogTail of(Path log) throws IOException {
        return new LogTail(log, Files.exists(log) ? Files.size(log) : 0);
    }

    /** From its beginning. */
    public static LogTail whole(Path log) {
        return new LogTail(log, 0);
    }

    public Path log() {
        return log;
    }

    /** All of it; empty when it cannot be read. */
    public String text() {
        try {
            byte[] bytes = Files.readAllBytes(log);
            int from = (int) Math.min(start, bytes.length);
            return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** The last line that says what went wrong, else the last line. */
    public String reason() {
        String[] lines = text().strip().split("\n", -1);
        for (int i = lines.length - 1; i >= 0; i--) {
            if (lines[i].matches(".*(FATAL|PANIC|ERROR|[Ee]rror).*")) {
                return lines[i].strip();
            }
        }
        return lines[lines.length - 1].strip();
    }
}
