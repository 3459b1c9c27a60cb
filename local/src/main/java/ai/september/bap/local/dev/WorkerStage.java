package ai.september.bap.local.dev;

import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import ai.september.bap.process.Role;
import ai.september.bap.worker.EnginesAtEnd;
import ai.september.bap.worker.WorkerApplication;
import java.util.Map;

/** The worker, and with it the engines: those that were running are brought back, and all are stopped at the end. */
final class WorkerStage implements Stage {

    private final int adminPort;

    WorkerStage(int adminPort) {
        this.adminPort = adminPort;
    }

    @Override
    public String name() {
        return "Worker";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        reporter.progress("bringing the database to this version, and back the engines that were running");
        return ServerStart.start(
                Role.WORKER, new WorkerApplication(environment, EnginesAtEnd.STOP), environment, adminPort, reporter);
    }
}
