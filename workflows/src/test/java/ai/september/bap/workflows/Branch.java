package ai.september.bap.workflows;

import static ai.september.bap.workflows.Script.cancelled;
import static ai.september.bap.workflows.Script.cancelledUnheard;
import static ai.september.bap.workflows.Script.forGood;
import static ai.september.bap.workflows.Script.passing;
import static ai.september.bap.workflows.Script.superseded;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.OperationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One way through one workflow.
 *
 * @param name also the name of its recorded history
 * @param type the workflow's type
 * @param script what is to go wrong
 * @param outcome how the run has to end in Temporal; there a run that was asked to cancel is cancelled whatever it did
 * @param steps what has to happen, in this order
 */
record Branch(String name, String type, Consumer<Script> script, OperationStatus outcome, List<String> steps) {

    private static final ErrorCode BROKEN = ErrorCode.BACKEND_ERROR;
    private static final List<String> BOOT = List.of("migrate", "launch", "await");

    @Override
    public String toString() {
        return name;
    }

    static Stream<Branch> all() {
        List<Branch> all = new ArrayList<>();
        for (String type : List.of("ProvisionEngine", "StartEngine", "WakeEngine")) {
            straight(all, type, BOOT, "running");
            wayUp(all, type);
        }
        straight(all, "StopEngine", List.of("stop"), "stopped");
        stop(all);
        straight(all, "DestroyEngine", List.of("remove", "remove-volume"), "destroyed");
        destroy(all);
        straight(all, "RotateEngineKey", List.of("launch", "await"), "rotated");
        rotate(all);
        straight(all, "SettleEngine", List.of("stop", "remove"), "cancelled");
        settle(all);
        return all.stream();
    }

    /** What all workflows have in common: success, repeated attempts, and letting go when superseded. */
    private static void straight(List<Branch> all, String type, List<String> plan, String end) {
        List<String> whole = join(List.of("begin"), plan, List.of(end));
        all.add(branch(type, "succeeds", script -> {}, OperationStatus.SUCCEEDED, whole));
        for (int i = 0; i < whole.size(); i++) {
            String step = whole.get(i);
            List<String> before = whole.subList(0, i);
            all.add(branch(
                    type,
                    step + " superseded",
                    script -> script.at(step, superseded()),
                    OperationStatus.CANCELLED,
                    join(before, List.of(step))));
            all.add(branch(
                    type,
                    step + " repeated",
                    script -> script.at(step, passing(BROKEN), passing(ErrorCode.UNAVAILABLE)),
                    OperationStatus.SUCCEEDED,
                    join(before, List.of(step, step), whole.subList(i, whole.size()))));
        }
        // The record has been made when the cancellation comes: nothing is undone.
        all.add(branch(
                type,
                end + " cancelled",
                script -> script.at(end, cancelledUnheard()),
                OperationStatus.CANCELLED,
                whole));
    }

    private static void wayUp(List<Branch> all, String type) {
        for (String step : BOOT) {
            List<String> until = join(List.of("begin"), BOOT.subList(0, BOOT.indexOf(step) + 1));
            boolean untouched = step.equals("migrate") && !type.equals("ProvisionEngine");
            List<String> closing =
                    untouched ? List.of("untouched BACKEND_ERROR") : List.of("remove", "failed BACKEND_ERROR");
            all.add(branch(
                    type,
                    step + " fails",
                    script -> script.at(step, forGood(BROKEN)),
                    OperationStatus.FAILED,
                    join(until, closing)));
            all.add(branch(
                    type,
                    step + " fails at the second attempt",
                    script -> script.at(step, passing(ErrorCode.UNAVAILABLE), forGood(BROKEN)),
                    OperationStatus.FAILED,
                    join(until, List.of(step), closing)));
            all.add(branch(
                    type,
                    step + " cancelled",
                    script -> script.at(step, cancelled()),
                    OperationStatus.CANCELLED,
                    join(until, List.of("remove", "cancelled"))));
            all.add(branch(
                    type,
                    step + " never gets there",
                    script -> script.always(step, passing(BROKEN)),
                    OperationStatus.FAILED,
                    join(until.subList(0, until.size() - 1), List.of(step + " for ever"), closing)));
        }
        List<String> launched = List.of("begin", "migrate", "launch", "await");
        all.add(branch(
                type,
                "boot times out",
                script -> script.at("await", forGood(ErrorCode.BOOT_TIMEOUT)),
                OperationStatus.FAILED,
                join(launched, List.of("remove", "failed BOOT_TIMEOUT"))));
        all.add(branch(
                type,
                "cleanup fails",
                script -> script.at("await", forGood(BROKEN)).at("remove", forGood(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                join(launched, List.of("remove", "failed BACKEND_ERROR"))));
        all.add(branch(
                type,
                "cleanup never gets there",
                script -> script.at("await", forGood(BROKEN)).always("remove", passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                join(launched, List.of("remove for ever", "failed BACKEND_ERROR"))));
        all.add(branch(
                type,
                "cleanup superseded",
                script -> script.at("await", forGood(BROKEN)).at("remove", superseded()),
                OperationStatus.CANCELLED,
                join(launched, List.of("remove"))));
        all.add(branch(
                type,
                "cancelled during cleanup",
                script -> script.at("await", forGood(BROKEN)).at("remove", cancelledUnheard()),
                OperationStatus.CANCELLED,
                join(launched, List.of("remove", "failed BACKEND_ERROR"))));
        all.add(branch(
                type,
                "cleanup after a cancellation fails",
                script -> script.at("launch", cancelled()).at("remove", forGood(BROKEN)),
                OperationStatus.CANCELLED,
                List.of("begin", "migrate", "launch", "remove", "cancelled")));
        all.add(branch(
                type,
                "the record of a failure is superseded",
                script -> script.at("await", forGood(BROKEN)).at("failed BACKEND_ERROR", superseded()),
                OperationStatus.CANCELLED,
                join(launched, List.of("remove", "failed BACKEND_ERROR"))));
    }

    private static void stop(List<Branch> all) {
        all.add(branch(
                "StopEngine",
                "stop cancelled",
                script -> script.at("stop", cancelled()),
                OperationStatus.CANCELLED,
                List.of("begin", "stop", "stop", "cancelled")));
        all.add(branch(
                "StopEngine",
                "stop cancelled and cleanup fails",
                script -> script.at("stop", cancelled(), forGood(BROKEN)),
                OperationStatus.CANCELLED,
                List.of("begin", "stop", "stop", "cancelled")));
        all.add(branch(
                "StopEngine",
                "stop cancelled and cleanup superseded",
                script -> script.at("stop", cancelled(), superseded()),
                OperationStatus.CANCELLED,
                List.of("begin", "stop", "stop")));
    }

    private static void destroy(List<Branch> all) {
        all.add(branch(
                "DestroyEngine",
                "remove cancelled",
                script -> script.at("remove", cancelled()),
                OperationStatus.CANCELLED,
                List.of("begin", "remove", "cancelled")));
        all.add(branch(
                "DestroyEngine",
                "remove-volume cancelled",
                script -> script.at("remove-volume", cancelled()),
                OperationStatus.CANCELLED,
                List.of("begin", "remove", "remove-volume", "cancelled")));
    }

    private static void rotate(List<Branch> all) {
        List<String> back = List.of("revert", "launch", "await");
        for (String step : List.of("launch", "await")) {
            List<String> until =
                    step.equals("launch") ? List.of("begin", "launch") : List.of("begin", "launch", "await");
            all.add(branch(
                    "RotateEngineKey",
                    step + " fails",
                    script -> script.at(step, forGood(BROKEN)),
                    OperationStatus.FAILED,
                    join(until, back, List.of("old-key BACKEND_ERROR"))));
            all.add(branch(
                    "RotateEngineKey",
                    step + " cancelled",
                    script -> script.at(step, cancelled()),
                    OperationStatus.CANCELLED,
                    join(until, back, List.of("old-key UNAVAILABLE"))));
            all.add(branch(
                    "RotateEngineKey",
                    step + " fails and the old key too",
                    script -> script.at(step, forGood(BROKEN), forGood(ErrorCode.BOOT_TIMEOUT)),
                    OperationStatus.FAILED,
                    join(until, back.subList(0, back.indexOf(step) + 1), List.of("remove", "failed BACKEND_ERROR"))));
            all.add(branch(
                    "RotateEngineKey",
                    step + " fails and going back is superseded",
                    script -> script.at(step, forGood(BROKEN), superseded()),
                    OperationStatus.CANCELLED,
                    join(until, back.subList(0, back.indexOf(step) + 1))));
        }
        List<String> failed = List.of("begin", "launch", "await");
        all.add(branch(
                "RotateEngineKey",
                "taking back superseded",
                script -> script.at("await", forGood(BROKEN)).at("revert", superseded()),
                OperationStatus.CANCELLED,
                join(failed, List.of("revert"))));
        all.add(branch(
                "RotateEngineKey",
                "cancelled while going back",
                script -> script.at("await", forGood(BROKEN)).at("revert", cancelledUnheard()),
                OperationStatus.CANCELLED,
                join(failed, back, List.of("old-key BACKEND_ERROR"))));
        all.add(branch(
                "RotateEngineKey",
                "neither key and cleanup fails",
                script -> script.at("await", forGood(BROKEN), forGood(BROKEN)).at("remove", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(failed, back, List.of("remove", "failed BACKEND_ERROR"))));
    }

    private static void settle(List<Branch> all) {
        all.add(branch(
                "SettleEngine",
                "stop fails",
                script -> script.at("stop", forGood(BROKEN)),
                OperationStatus.SUCCEEDED,
                List.of("begin", "stop", "remove", "cancelled")));
        all.add(branch(
                "SettleEngine",
                "host is away",
                script -> script.always("stop", passing(ErrorCode.UNAVAILABLE))
                        .always("remove", passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.SUCCEEDED,
                List.of("begin", "stop for ever", "remove for ever", "cancelled")));
        all.add(branch(
                "SettleEngine",
                "stop cancelled",
                script -> script.at("stop", cancelled()),
                OperationStatus.CANCELLED,
                List.of("begin", "stop", "cancelled")));
    }

    private static Branch branch(
            String type, String what, Consumer<Script> script, OperationStatus outcome, List<String> steps) {
        String name = (type + " " + what).toLowerCase(Locale.ROOT).replace(' ', '-');
        return new Branch(name, type, script, outcome, List.copyOf(steps));
    }

    @SafeVarargs
    private static List<String> join(List<String>... parts) {
        List<String> joined = new ArrayList<>();
        for (List<String> part : parts) {
            joined.addAll(part);
        }
        return joined;
    }
}
