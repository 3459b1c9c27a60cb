package ai.september.bap.local.temporal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The arguments of {@code temporal} that start its dev server; they also tell a running one's ports. */
record DevServerCommand(int port, int uiPort, Path database) {

    private static final String PORT = "--port";
    private static final String UI_PORT = "--ui-port";
    private static final String DATABASE = "--db-filename";

    /** By default the server looks at its queues 20 times a second at most, which costs each step up to 50 ms. */
    private static final String POLL_RATE = "=1000";

    List<String> of(Path program) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "server", "start-dev"));
        command.addAll(List.of("--ip", "127.0.0.1", PORT, "" + port, UI_PORT, "" + uiPort));
        command.addAll(marks(database));
        for (String queue : List.of("transfer", "timer", "visibility")) {
            command.addAll(List.of("--dynamic-config-value", "history." + queue + "ProcessorMaxPollRPS" + POLL_RATE));
        }
        return command;
    }

    /** The arguments that only a server on this database has. */
    static List<String> marks(Path database) {
        return List.of(DATABASE, database.toString());
    }

    /** How a running one was started; empty when the arguments are not as {@link #of} writes them. */
    static Optional<DevServerCommand> of(ProcessHandle process, Path database) {
        List<String> arguments = Arrays.asList(process.info().arguments().orElse(new String[0]));
        Optional<Integer> port = number(arguments, PORT);
        Optional<Integer> uiPort = number(arguments, UI_PORT);
        return port.isEmpty() || uiPort.isEmpty()
                ? Optional.empty()
                : Optional.of(new DevServerCommand(port.get(), uiPort.get(), database));
    }

    private static Optional<Integer> number(List<String> arguments, String option) {
        int at = arguments.indexOf(option) + 1;
        return at > 0 && at < arguments.size() && arguments.get(at).matches("[0-9]{1,5}")
                ? Optional.of(Integer.valueOf(arguments.get(at)))
                : Optional.empty();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    String uiAddress() {
        return "http://127.0.0.1:" + uiPort;
    }
}
