package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryReclaimTest {

    private static final String ID = "0123456789abcdef";

    @TempDir
    Path home;

    private Path process;
    private Path group;

    @BeforeEach
    void make() throws IOException {
        process = Files.createDirectories(home.resolve("proc/42"));
        group = Files.createDirectories(home.resolve("cgroup/system.slice/docker-" + ID + ".scope"));
        cgroup("0::/system.slice/docker-" + ID + ".scope");
        Files.writeString(group.resolve("memory.current"), "104857600\n");
    }

    private void cgroup(String... lines) throws IOException {
        Files.write(process.resolve("cgroup"), List.of(lines));
    }

    private String reclaim() {
        return new MemoryReclaim(home.resolve("proc"), home.resolve("cgroup")).of(ID, 42);
    }

    @Test
    void theContainersOwnGroupIsAskedForAllThatItHas() throws IOException {
        Files.createFile(group.resolve("memory.reclaim"));

        assertThat(reclaim()).isEqualTo("reclaimed 0 of 100 MiB");

        assertThat(group.resolve("memory.reclaim")).hasContent("104857600");
    }

    @Test
    void aKernelWithoutItIsToldOf() {
        assertThat(reclaim()).isEqualTo("memory not reclaimed: memory.reclaim is not there, or not writable");
    }

    @Test
    void aProcessOfSomebodyElseIsLeftAlone() throws IOException {
        Files.createFile(group.resolve("memory.reclaim"));
        for (String line : new String[] {"0::/system.slice/docker-another.scope", "5:memory:/docker/" + ID, "0::/"}) {
            cgroup(line);
            assertThat(reclaim()).contains("can not be reached");
        }
        Files.delete(process.resolve("cgroup"));
        assertThat(reclaim()).contains("can not be reached");
        assertThat(group.resolve("memory.reclaim")).isEmptyFile();
    }
}
