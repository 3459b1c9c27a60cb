package ai.september.bap.local.cli;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.worker.reconcile.Leftovers;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./bap doctor}: what rows and reality disagree about, as a worker sees it; and what others have left here. */
@Command(
        name = "doctor",
        description = {
            "Prints what rows and reality disagree about on a worker's host, and what other",
            "installations have in its Docker daemon. Changes nothing, unless it is told to",
            "remove the latter."
        },
        footer = {
            "",
            "It asks a worker's admin port. To remove what others have it talks to the",
            "Docker daemon itself, at DOCKER_HOST, and asks before each installation.",
            "",
            "Exit codes:",
            "  0   nothing disagrees; or all was removed that was to be",
            "  1   something disagrees; or something was not removed, it says what and why",
            "  2   wrong command line, or nobody to ask",
            "  10  it could not look at all that it should"
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "the worker's admin port; default: port 8082 of this machine, as of ./bap dev and in",
                "Compose, or where ORCH_ADMIN_PORT is set that plus one, and then itself"
            })
    private @Nullable URI url;

    @Option(names = "--json", description = "print the worker's answer as it is")
    private boolean json;

    @Option(
            names = "--purge-foreign",
            description = "remove containers, volumes (brains!) and networks of other installations, after asking")
    private boolean purge;

    @Option(names = "--running", description = "of installations whose engines run, too: they are alive")
    private boolean running;

    @Option(names = "--yes", description = "do not ask; those that are to go have to be named")
    private boolean yes;

    @Parameters(
            arity = "0..*",
            paramLabel = "INSTALLATION",
            description = "with --purge-foreign: these only; necessary where no worker says which is its own")
    private List<String> installations = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        if (!purge && (running || yes || !installations.isEmpty())) {
            throw new LocalException(
                    ExitCode.INVALID_USAGE, "--running, --yes and names of installations go with --purge-foreign.");
        }
        if (yes && installations.isEmpty()) {
            throw new LocalException(
                    ExitCode.INVALID_USAGE, "--yes removes without asking, so name the installations that are to go.");
        }
        try {
            return purge ? purge() : look();
        } catch (LocalException said) {
            throw said;
        } catch (RuntimeException | IOException failed) {
            throw new LocalException(ExitCode.CANNOT_LOOK, "The doctor cannot go on: " + failed.getMessage(), failed);
        }
    }

    private int look() throws InterruptedException {
        JsonNode answer = new WorkerDoctor(url, System.getenv()).ask();
        if (json) {
            System.out.println(answer.toPrettyString());
        } else {
            Diagnosis.lines(answer).forEach(System.out::println);
        }
        if (!answer.path("findings").isEmpty()) {
            return 1;
        }
        return (answer.path("not_looked_at").isEmpty() ? ExitCode.OK : ExitCode.CANNOT_LOOK).number();
    }

    private int purge() throws InterruptedException, IOException {
        Optional<String> own = new WorkerDoctor(url, System.getenv()).askForInstallation();
        try (Leftovers leftovers = Leftovers.open(System.getenv())) {
            Optional<String> absence = leftovers.absence();
            if (absence.isPresent()) {
                throw new LocalException(ExitCode.CANNOT_LOOK, absence.get());
            }
            ForeignPurge foreign = new ForeignPurge(leftovers, Question.atTerminal(), System.out);
            return foreign.run(own.orElse(null), installations, running, yes) ? ExitCode.OK.number() : 1;
        }
    }
}
