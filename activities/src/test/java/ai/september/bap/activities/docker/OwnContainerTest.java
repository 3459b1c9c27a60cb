package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnContainerTest {

    private static final String ID = "0123456789abcdef".repeat(4);

    @Test
    void isKnownByTheFilesThatDockerMounts() {
        String mounts = """
                708 611 0:51 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
                720 707 254:0 /var/lib/docker/containers/%s/hostname /etc/hostname rw,relatime - ext4 /dev/vda rw
                """.formatted(ID);
        assertThat(OwnContainer.idIn(mounts)).contains(ID);
    }

    @Test
    void thereIsNoneWhereOthersContainersAreMounted() {
        String mounts =
                "36 29 0:32 / /var/lib/docker/containers/%s/mounts/shm rw,nosuid - tmpfs shm rw\n".formatted(ID);
        assertThat(OwnContainer.idIn(mounts)).isEmpty();
    }
}
