package ai.september.bap.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** What the kernel says of a process; of other users' processes only to root. */
final class ProcessFigures {

    private static final Duration IDLE_FOR = Duration.ofSeconds(1);
    private static final Duration IDLE_WITHIN = Duration.ofSeconds(10);

    /** The resolution of a process's CPU time. */
    private static final Duration TICK = Duration.ofMillis(10);

    private ProcessFigures() {}

    /** Waits until the process has used no CPU time for a second. */
    static void awaitIdle(ProcessHandle process) throws InterruptedException {
        long end = System.nanoTime() + IDLE_WITHIN.toNanos();
        Duration before;
        do {
            before = cpu(process);
            Thread.sleep(IDLE_FOR.toMillis());
        } while (cpu(process).minus(before).compareTo(TICK) > 0 && System.nanoTime() < end);
    }

    static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The processes that have this in their environment, as far as it can be read. */
    static Stream<ProcessHandle> byEnvironment(String text) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process.pid()).contains(text));
    }

    private static String environment(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return "";
        }
    }

    /** A number of {@code /proc/pid/status}: {@code Threads}, or {@code VmRSS} in KiB. */
    static long status(long pid, String field) throws IOException {
        return number(Path.of("/proc", Long.toString(pid), "status"), field);
    }

    /**
     * Memory in MB.
     *
     * @param field {@code Rss}, or {@code Pss}: its fair share of pages that processes have in common
     */
    static double memory(long pid, String field) throws IOException {
        return number(Path.of("/proc", Long.toString(pid), "smaps_rollup"), field) / 1024.0;
    }

    private static long number(Path file, String field) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow(() -> new IOException(String.format(Locale.ROOT, "%s has no %s", file, field)));
    }
}
