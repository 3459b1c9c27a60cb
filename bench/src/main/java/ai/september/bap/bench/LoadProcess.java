package ai.september.bap.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@link Load} as a child process. */
final class LoadProcess implements AutoCloseable {

    private final Process process;
    private final PrintWriter orders;
    private final BufferedReader results;

    /** A slice's outcome: what was answered 200, and what was answered 503. */
    record Slice(Answers served, Answers refused) {}

    /** All answers of one kind, how many a second came within the slice, and latencies in milliseconds. */
    record Answers(int count, double perSecond, double p50, double p99) {

        private static Answers read(Scanner words, double seconds) {
            int count = words.nextInt();
            return new Answers(count, words.nextInt() / seconds, words.nextLong() / 1e6, words.nextLong() / 1e6);
        }
    }

    LoadProcess(int port) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Load.class.getName(),
                        Integer.toString(port))
                .redirectError(Redirect.INHERIT)
                .start();
        orders = new PrintWriter(process.outputWriter(StandardCharsets.US_ASCII), true);
        results = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Sends these requests in turn over so many connections for so long, each when the one before is answered. */
    Answers run(List<String> requests, int connections, int milliseconds) throws IOException {
        Slice slice = run(requests, connections, milliseconds, 0);
        if (slice.refused().count() > 0) {
            throw new IOException(slice.refused().count() + " requests were answered 503");
        }
        return slice.served();
    }

    /** The same at a rate of so many requests a second, whatever becomes of them; 0 for as many as are answered. */
    Slice run(List<String> requests, int connections, int milliseconds, double perSecond) throws IOException {
        String bytes = requests.stream()
                .map(request -> Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.US_ASCII)))
                .collect(Collectors.joining(","));
        orders.println(connections + " " + milliseconds + " " + perSecond + " " + bytes);
        String result = results.readLine();
        if (result == null) {
            throw new IOException("the load process ended");
        }
        Scanner words = new Scanner(result);
        double seconds = words.nextLong() / 1e9;
        return new Slice(Answers.read(words, seconds), Answers.read(words, seconds));
    }

    @Override
    public void close() throws InterruptedException {
        orders.close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
