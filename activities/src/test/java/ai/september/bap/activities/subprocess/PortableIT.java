package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.subprocess.ProcessEntry.Condition;
import ai.september.bap.testing.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands in for {@code /proc} and {@code setsid} elsewhere, as far as Linux can try it. */
class PortableIT extends BackendFixture {

    private static final PsTable PS = new PsTable("cat /proc/sys/kernel/random/boot_id");

    private SubprocessBackend portable(SubprocessSettings settings) {
        Optional<List<String>> perl = SessionCommand.perl();
        Prerequisite.that(perl.isPresent(), "perl: install it");
        requirePs();
        return opened(new SubprocessBackend(settings, PS, perl.orElseThrow()));
    }

    private static void requirePs() {
        Prerequisite.that(Files.isExecutable(Path.of("/usr/bin/ps")), "/usr/bin/ps: install procps");
    }

    @Test
    void enginesRunFreezeAndAreAdoptedWithPsAndPerl() throws Exception {
        SubprocessSettings settings = engines.settings(FakeEngines.WELL_BEHAVED);
        ContainerSpec spec = FakeEngines.spec();
        ContainerStatus running = started(portable(settings), spec, "serving");
        assertThat(table.find(pid(running.id())).orElseThrow().group()).isEqualTo(pid(running.id()));

        SubprocessBackend later = portable(settings);
        assertThat(later.createOrAdopt(spec)).isEqualTo(running);
        later.pause(running.id());
        assertThat(state(later, running.id())).isEqualTo(ContainerState.PAUSED);
        later.stop(running.id(), GRACE);
        assertThat(state(later, running.id())).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void aLineOfPsIsUnderstood() {
        assertThat(PsTable.parse("  812   800 Ss   Tue Nov  3 09:04:12 2026"))
                .isEqualTo(new ProcessEntry(812, 800, "Tue Nov 3 09:04:12 2026", Condition.LIVE));
        assertThat(PsTable.parse("812 800 T+ Tue Nov 3 09:04:12 2026").condition())
                .isEqualTo(Condition.STOPPED);
        assertThat(PsTable.parse("812 800 Z Tue Nov 3 09:04:12 2026").isDead()).isTrue();
    }

    @Test
    void psFindsThisProcessAndNoOther() throws IOException, InterruptedException {
        requirePs();
        long self = ProcessHandle.current().pid();
        assertThat(PS.find(self).map(ProcessEntry::pid)).contains(self);
        assertThat(PS.find(Integer.MAX_VALUE)).isEmpty();
        assertThat(PS.all()).extracting(ProcessEntry::pid).contains(self, 1L);
    }
}
