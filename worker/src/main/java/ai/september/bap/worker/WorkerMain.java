package ai.september.bap.worker;

import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.Role;

/** {@code java -jar … worker config.yml}. */
public final class WorkerMain {

    private WorkerMain() {}

    public static void main(String[] arguments) {
        ProcessMain.run(Role.WORKER, arguments, WorkerApplication::new);
    }
}
