package ai.september.bap.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortHolderTest {

    @Test
    void namesTheProcessThatListens() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PortHolder holder = PortHolder.of(socket.getLocalPort()).orElseThrow();

            assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(holder).hasToString("java (pid " + holder.pid() + ")");
            assertThat(LoopbackPort.isFree(socket.getLocalPort())).isFalse();
        }
    }

    @Test
    void namesTheProcessThatListensOnEveryInterface() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(PortHolder.of(socket.getLocalPort()))
                    .hasValueSatisfying(holder -> assertThat(holder.pid())
                            .isEqualTo(ProcessHandle.current().pid()));
            assertThat(LoopbackPort.isFree(socket.getLocalPort())).isFalse();
        }
    }

    @Test
    void namesNobodyForAFreePort() {
        int port = LoopbackPort.free(0);

        assertThat(PortHolder.of(port)).isEmpty();
        assertThat(LoopbackPort.free(port)).isEqualTo(port);
    }
}
