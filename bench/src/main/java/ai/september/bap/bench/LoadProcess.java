package ai.september.bap.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/** {@link Load} as a child process. */
final class LoadProcess implements AutoCloseable {

    private final Process process;
    private final PrintWriter orders;
    private final BufferedReader results;

    /** A slice's outcome; latencies in milliseconds. */
    record Slice(int requests, double perSecond, double p50, double p99) {}

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

    /** Sends the same request over so many connections for so long. */
    Slice run(String request, int connections, int milliseconds) throws IOException {
        String bytes = Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.US_ASCII));
        orders.println(connections + " " + milliseconds + " " + bytes);
        String result = results.readLine();
        if (result == null) {
            throw new IOException("the load process ended");
        }
        Scanner words = new Scanner(result);
        int requests = words.nextInt();
        double seconds = words.nextLong() / 1e9;
        return new Slice(requests, requests / seconds, words.nextLong() / 1e6, words.nextLong() / 1e6);
    }

    @Override
    public void close() throws InterruptedException {
        orders.close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
