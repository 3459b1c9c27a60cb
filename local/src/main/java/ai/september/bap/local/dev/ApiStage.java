package ai.september.bap.local.dev;

import ai.september.bap.api.ApiApplication;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import ai.september.bap.process.Role;
import java.util.Map;

/** The API. */
final class ApiStage implements Stage {

    private final int adminPort;

    ApiStage(int adminPort) {
        this.adminPort = adminPort;
    }

    @Override
    public String name() {
        return "API";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        reporter.progress("starting");
        return ServerStart.start(Role.API, new ApiApplication(), environment, adminPort, reporter);
    }
}
