package ai.september.bap.local.home;

import java.nio.file.Path;

/** Takes a state folder, prints its pid, and waits to be killed. */
final class HomeInAnotherJvm {

    private HomeInAnotherJvm() {}

    public static void main(String[] arguments) throws InterruptedException {
        BapHome home = BapHome.open(Path.of(arguments[0]));
        System.out.println(ProcessHandle.current().pid());
        Thread.currentThread().join();
        home.close();
    }
}
