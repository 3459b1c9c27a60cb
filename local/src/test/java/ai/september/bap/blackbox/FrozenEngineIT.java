package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine that sleeps as {@code pause} leaves it: its processes frozen, its memory kept. */
class FrozenEngineIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String WAKE = "{\"auto_wake\":true}";

    private final Product product = ORCHESTRATOR.register("frozen");
    private final Client.Reply engine = product.provision("u");
    private final long pid = onlyProcess(engine.text("/engine_id"));

    @AfterEach
    void thaw() throws Exception {
        signal("CONT");
    }

    @Test
    void anAdmitWakesTheVeryProcessThatFellAsleep() throws Exception {
        EngineClient client = EngineClient.of(engine.body());
        client.say("t", "one");
        freeze();

        product.admit("u").isDenied("engine_sleeping");
        assertThat(state()).as("an admit that may not wake does not").isEqualTo('T');
        Client.Reply admitted = product.admit("u", WAKE).isOk();

        assertThat(admitted.text("/engine/status")).isEqualTo("running");
        assertThat(admitted.text("/engine/url")).isEqualTo(client.url());
        assertThat(admitted.text("/engine/api_key")).isEqualTo(client.key());
        assertThat(onlyProcess(engine.text("/engine_id"))).isEqualTo(pid);
        assertThat(state()).isNotEqualTo('T');
        assertThat(client.say("t", "two")).isEqualTo("You said: two (turn 2 of this task)");
        Client.Reply audit = product.client().get("/audit?action=wake").isOk();
        assertThat(audit.body().path("entries")).hasSize(1);
        assertThat(audit.text("/entries/0/engine_id")).isEqualTo(engine.text("/engine_id"));
        assertThat(audit.text("/entries/0/metadata/outcome")).isEqualTo("succeeded");
    }

    private void freeze() throws Exception {
        signal("STOP");
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "UPDATE engines SET status = 'sleeping' WHERE engine_id = ?::uuid", engine.text("/engine_id")));
    }

    /** To the whole group, which the process leads. */
    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "--", "-" + pid)
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }

    private char state() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private static long onlyProcess(String engineId) {
        List<Long> found = ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> environment(pid).contains(engineId))
                .toList();
        assertThat(found).as("processes of the engine").hasSize(1);
        return found.get(0);
    }

    private static String environment(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return "";
        }
    }
}
