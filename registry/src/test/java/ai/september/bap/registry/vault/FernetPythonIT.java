package ai.september.bap.registry.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The other implementation that operators have: Python's {@code cryptography}. */
class FernetPythonIT {

    private static final String MESSAGE = "sk-sept-zoë ✓";
    private static Path python = Path.of("python3");

    private final MasterKey key = MasterKey.generate();
    private final Fernet fernet = key.fernet(new SecureRandom(), InstantSource.system());

    @BeforeAll
    static void needPython() throws Exception {
        python = Prerequisite.command("python3");
        Prerequisite.that(
                run("import cryptography.fernet", "").exitCode() == 0,
                "python3 has no module \"cryptography\": pip install cryptography");
    }

    @Test
    void pythonReadsOurTokens() throws Exception {
        String token = fernet.encrypt(MESSAGE.getBytes(UTF_8));

        assertThat(python("sys.stdout.buffer.write(Fernet(key).decrypt(text, ttl=600))", token))
                .isEqualTo(MESSAGE);
    }

    @Test
    void weReadPythonsTokens() throws Exception {
        String token = python("sys.stdout.buffer.write(Fernet(key).encrypt(text))", MESSAGE);

        assertThat(fernet.decrypt(token, Duration.ofMinutes(10))).isEqualTo(MESSAGE.getBytes(UTF_8));
    }

    @Test
    void pythonsKeysAreOurs() throws Exception {
        String generated = python("sys.stdout.buffer.write(Fernet.generate_key())", "");

        assertThat(MasterKey.parse(generated).reveal()).isEqualTo(generated);
    }

    @Test
    void severalKeysAreWhatPythonUnderstandsByThem() throws Exception {
        MasterKey next = MasterKey.generate();
        Vault both = new Vault(MasterKeys.of(next, key));
        ApiKey engineKey = new KeyGenerator(new SecureRandom()).engineKey();
        String keys = "MultiFernet([Fernet(b'" + next.reveal() + "'), Fernet(key)])";
        String old = new Vault(MasterKeys.of(key)).seal(engineKey);

        assertThat(python("sys.stdout.buffer.write(" + keys + ".decrypt(text))", both.seal(engineKey)))
                .isEqualTo(engineKey.reveal());
        assertThat(both.open(python("sys.stdout.buffer.write(" + keys + ".rotate(text))", old)))
                .isEqualTo(engineKey);
    }

    private String python(String statement, String text) throws IOException, InterruptedException {
        Run run = run("""
                import sys
                from cryptography.fernet import Fernet, MultiFernet
                key, _, text = sys.stdin.buffer.read().partition(b"\\n")
                """ + statement, key.reveal() + "\n" + text);
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run.output();
    }

    private record Run(int exitCode, String output) {}

    private static Run run(String script, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(python.toString(), "-c", script)
                .redirectErrorStream(true)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), output);
    }
}
