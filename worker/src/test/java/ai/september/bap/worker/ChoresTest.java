package ai.september.bap.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChoresTest {

    @Test
    void aChoreThatFailsGravelyIsDoneAgain() throws Exception {
        CountDownLatch turns = new CountDownLatch(3);
        try (Chores chores = new Chores()) {
            chores.every(Duration.ofMillis(1), () -> {
                turns.countDown();
                throw new NoClassDefFoundError("lost");
            });
            turns.await();
        }
    }
}
