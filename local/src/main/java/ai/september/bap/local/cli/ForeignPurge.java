package ai.september.bap.local.cli;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.worker.reconcile.ForeignThings;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Removes what other installations have in a Docker daemon, one after the other, each after asking. Never the worker's own;
 * and one whose engines run, which is therefore alive as far as one can see, only where that is said.
 */
final class ForeignPurge {

    private static final int TYPED = 8;

    private final ForeignThings.Store daemon;
    private final Question question;
    private final PrintStream out;

    ForeignPurge(ForeignThings.Store daemon, Question question, PrintStream out) {
        this.daemon = daemon;
        this.question = question;
        this.out = out;
    }

    /**
     * Goes through them.
     *
     * @param own the installation of the worker that was asked; null if none answers
     * @param named those that are meant; if empty, all but its own
     * @return whether all of them are gone
     */
    boolean run(@Nullable String own, List<String> named, boolean running, boolean yes) throws InterruptedException {
        List<ForeignThings> all = daemon.list();
        List<ForeignThings> targets = named.isEmpty() ? allBut(own, all) : named(own, named, all);
        if (targets.isEmpty()) {
            out.println("Nothing of other installations is there.");
        }
        boolean gone = true;
        for (ForeignThings target : targets) {
            gone &= purge(target, running, yes);
        }
        return gone;
    }

    private static List<ForeignThings> allBut(@Nullable String own, List<ForeignThings> all) {
        if (own == null && !all.isEmpty()) {
            throw unsure("no worker answers", all);
        }
        List<ForeignThings> others = all.stream()
                .filter(things -> !things.installationId().equals(own))
                .toList();
        if (!others.isEmpty() && others.size() == all.size()) {
            throw unsure("the worker that answers has nothing in this daemon, so it works with another one", all);
        }
        return others;
    }

    private static LocalException unsure(String reason, List<ForeignThings> all) {
        return new LocalException(
                ExitCode.INVALID_USAGE,
                "Which installation is whose is not known, because " + reason
                        + ": name those that are to go. There are:\n"
                        + all.stream().map(things -> "  " + line(things)).collect(Collectors.joining("\n")));
    }

    private static List<ForeignThings> named(@Nullable String own, List<String> named, List<ForeignThings> all) {
        if (own != null && named.contains(own)) {
            throw new LocalException(
                    ExitCode.INVALID_USAGE,
                    "Installation " + own + " is that of the worker that answers: its engines are ended by the API.");
        }
        return named.stream()
                .map(name -> all.stream()
                        .filter(things -> things.installationId().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new LocalException(
                                ExitCode.INVALID_USAGE, "Nothing in this daemon is of an installation " + name + ".")))
                .toList();
    }

    private boolean purge(ForeignThings target, boolean running, boolean yes) throws InterruptedException {
        out.println(line(target));
        if (target.running() > 0 && !running) {
            out.println(
                    "  stays: its engines run, so it is alive as far as one can see; --running removes it all the same");
            return false;
        }
        target.volumes().forEach(volume -> out.println("  volume " + volume));
        if (!yes && !isConfirmed(target)) {
            out.println("  stays");
            return false;
        }
        daemon.remove(target);
        out.println("  removed");
        return true;
    }

    private boolean isConfirmed(ForeignThings target) {
        String id = target.installationId();
        String wanted = id.substring(0, Math.min(TYPED, id.length()));
        Optional<String> answer = question.ask("  Remove all of it, %sbrains included, for ever? Type %s to do so: "
                .formatted(target.running() > 0 ? "ENGINES THAT RUN and " : "", wanted));
        return answer.orElseThrow(() -> new LocalException(
                        ExitCode.INVALID_USAGE,
                        "There is no terminal to ask at: --yes removes what you name without asking."))
                .strip()
                .equals(wanted);
    }

    private static String line(ForeignThings things) {
        return "installation %s: %d containers (%d running), %d volumes, %d networks, last made %s"
                .formatted(
                        things.installationId(),
                        things.containers().size(),
                        things.running(),
                        things.volumes().size(),
                        things.networks().size(),
                        things.lastMade() == null ? "?" : things.lastMade());
    }
}
