package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.subprocess.ProcessEntry.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcFsTest {

    private static String stat(String name, String state, int threads) {
        return "4711 (" + name + ") " + state + " 1 4700 4690 0 -1 4194304 227 0 1 0 0 0 0 0 20 0 " + threads
                + " 0 216644 2654208 363 18446744073709551615\n";
    }

    @Test
    void aNameMayHoldAnything() {
        assertThat(ProcFs.parse(stat("a) R 1 (b", "S", 3)))
                .isEqualTo(new ProcessEntry(4711, 4700, "216644", Condition.LIVE));
    }

    @ParameterizedTest
    @CsvSource({"R, 1, LIVE", "D, 1, LIVE", "T, 9, STOPPED", "Z, 1, DEAD", "X, 0, DEAD", "Z, 2, LIVE"})
    void statesAreTold(String state, int threads, Condition condition) {
        assertThat(ProcFs.parse(stat("java", state, threads)).condition()).isEqualTo(condition);
    }

    @Test
    void thisProcessIsFoundAndCarriesItsEnvironmentWholly() throws Exception {
        ProcFs table = new ProcFs();
        long self = ProcessHandle.current().pid();
        ProcessEntry entry = table.find(self).orElseThrow();
        ProcessIdentity identity = new ProcessIdentity(self, table.boot(), entry.start());
        assertThat(table.all()).contains(entry);
        assertThat(table.findLive(identity)).contains(entry);
        assertThat(table.findLive(new ProcessIdentity(self, "other", entry.start())))
                .isEmpty();
        assertThat(table.findLive(new ProcessIdentity(self, table.boot(), "1"))).isEmpty();
        String path = "PATH=" + System.getenv("PATH");
        assertThat(table.carries(self, path)).isTrue();
        assertThat(table.carries(self, path.substring(0, path.length() - 1))).isFalse();
        assertThat(table.carries(self, path.substring(1))).isFalse();
    }
}
