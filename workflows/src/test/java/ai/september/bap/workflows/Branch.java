package ai.september.bap.workflows;

import static ai.september.bap.workflows.Script.cancelled;
import static ai.september.bap.workflows.Script.cancelledAndFails;
import static ai.september.bap.workflows.Script.cancelledUnheard;
import static ai.september.bap.workflows.Script.forGood;
import static ai.september.bap.workflows.Script.launchLost;
import static ai.september.bap.workflows.Script.passing;
import static ai.september.bap.workflows.Script.superseded;
import static ai.september.bap.workflows.Script.well;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import java.util.ArrayList;
import java.util.Collections;
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

    /** What the run is for; a settlement may be for any kind. */
    OperationKind kind() {
        return Stream.of(OperationKind.values())
                .filter(kind -> Workflows.typeOf(kind).equals(type))
                .findFirst()
                .orElse(OperationKind.PROVISION);
    }

    /** How lists show its end: a run that finds its operation ended or superseded counts as cancelled. */
    OperationStatus shown() {
        String last = steps.get(steps.size() - 1);
        boolean failed = last.contains("failed") && !name.contains("superseded");
        return failed ? OperationStatus.FAILED : outcome;
    }

    static Stream<Branch> all() {
        List<Branch> all = new ArrayList<>();
        for (String type : List.of("ProvisionEngine", "StartEngine")) {
            straight(all, type, BOOT, "running");
            wayUp(all, type, BOOT);
        }
        wake(all);
        straight(all, "StopEngine", List.of("stop"), "stopped");
        endedByAnOperator(all, "StopEngine", List.of("stop"));
        straight(all, "DestroyEngine", List.of("remove", "remove-volume"), "destroyed");
        endedByAnOperator(all, "DestroyEngine", List.of("remove", "remove-volume"));
        straight(all, "RotateEngineKey", BOOT, "rotated");
        rotate(all);
        recover(all);
        straight(all, "SleepEngine", List.of("suspend"), "asleep pause");
        sleep(all);
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

    private static void wayUp(List<Branch> all, String type, List<String> boot) {
        List<String> failing = List.of("untouched? failed BACKEND_ERROR", "remove", "failed BACKEND_ERROR");
        for (String step : boot) {
            List<String> until = join(List.of("begin"), boot.subList(0, boot.indexOf(step) + 1));
            all.add(branch(
                    type,
                    step + " fails",
                    script -> script.at(step, forGood(BROKEN)),
                    OperationStatus.FAILED,
                    join(until, failing)));
            all.add(branch(
                    type,
                    step + " fails at the second attempt",
                    script -> script.at(step, passing(ErrorCode.UNAVAILABLE), forGood(BROKEN)),
                    OperationStatus.FAILED,
                    join(until, List.of(step), failing)));
            all.add(branch(
                    type,
                    step + " never gets there",
                    script -> script.always(step, passing(BROKEN)),
                    OperationStatus.FAILED,
                    join(until.subList(0, until.size() - 1), List.of(step + " for ever"), failing)));
        }
        endedByAnOperator(all, type, boot);
        List<String> launched = join(List.of("begin"), boot);
        List<String> migrated = launched.subList(0, launched.indexOf("migrate") + 1);
        all.add(branch(
                type,
                "fails and nothing was touched",
                script -> script.untouched().at("migrate", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(migrated, List.of("untouched? failed BACKEND_ERROR"))));
        all.add(branch(
                type,
                "boot times out",
                script -> script.at("await", forGood(ErrorCode.BOOT_TIMEOUT)),
                OperationStatus.FAILED,
                join(launched, List.of("untouched? failed BOOT_TIMEOUT", "remove", "failed BOOT_TIMEOUT"))));
        all.add(branch(
                type,
                "launch lost twice",
                script -> script.at("await", launchLost(), launchLost()),
                OperationStatus.SUCCEEDED,
                join(launched, List.of("launch", "await", "launch", "await", "running"))));
        all.add(branch(
                type,
                "launch lost again and again",
                script ->
                        script.at("await", Collections.nCopies(11, launchLost()).toArray(Script.Fault[]::new)),
                OperationStatus.FAILED,
                join(
                        migrated,
                        Collections.nCopies(11, List.of("launch", "await")).stream()
                                .flatMap(List::stream)
                                .toList(),
                        List.of("untouched? failed UNAVAILABLE", "remove", "failed UNAVAILABLE"))));
        all.add(branch(
                type,
                "cleanup fails",
                script -> script.at("await", forGood(BROKEN)).at("remove", forGood(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                join(launched, failing)));
        all.add(branch(
                type,
                "cleanup never gets there",
                script -> script.at("await", forGood(BROKEN)).always("remove", passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                join(launched, List.of("untouched? failed BACKEND_ERROR", "remove for ever", "failed BACKEND_ERROR"))));
        all.add(branch(
                type,
                "cleanup superseded",
                script -> script.at("await", forGood(BROKEN)).at("remove", superseded()),
                OperationStatus.CANCELLED,
                join(launched, List.of("untouched? failed BACKEND_ERROR", "remove"))));
        all.add(branch(
                type,
                "cancelled during cleanup",
                script -> script.at("await", forGood(BROKEN)).at("remove", cancelledUnheard()),
                OperationStatus.CANCELLED,
                join(launched, failing)));
        all.add(branch(
                type,
                "the record of a failure is superseded",
                script -> script.at("await", forGood(BROKEN)).at("failed BACKEND_ERROR", superseded()),
                OperationStatus.CANCELLED,
                join(launched, failing)));
    }

    /** An operator cancels: what was touched is put in order, containers and operation at once where that can be. */
    private static void endedByAnOperator(List<Branch> all, String type, List<String> plan) {
        endedByAnOperator(all, type, plan, List.of());
    }

    /** {@code afterFirst} comes between the first step of the plan and the others. */
    private static void endedByAnOperator(List<Branch> all, String type, List<String> plan, List<String> afterFirst) {
        String asked = "untouched? cancelled UNAVAILABLE";
        for (String step : plan) {
            int steps = plan.indexOf(step) + 1;
            List<String> until = steps == 1
                    ? List.of("begin", step)
                    : join(List.of("begin", plan.get(0)), afterFirst, plan.subList(1, steps));
            all.add(branch(
                    type,
                    step + " cancelled",
                    script -> script.at(step, cancelled()),
                    OperationStatus.CANCELLED,
                    join(until, List.of(asked, "settle"))));
            all.add(branch(
                    type,
                    step + " cancelled and fails",
                    script -> script.at(step, cancelledAndFails(BROKEN)),
                    OperationStatus.CANCELLED,
                    join(until, List.of(asked, "settle"))));
        }
        String first = plan.get(0);
        List<String> begun = List.of("begin", first, asked);
        all.add(branch(
                type,
                "cancelled and nothing was touched",
                script -> script.untouched().at(first, cancelled()),
                OperationStatus.CANCELLED,
                begun));
        all.add(branch(
                type,
                "cancelled and out of reach",
                script -> script.at(first, cancelled()).always("settle", passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.CANCELLED,
                join(begun, List.of("settle for ever", "cancelled"))));
        all.add(branch(
                type,
                "cancelled and superseded",
                script -> script.at(first, cancelled()).at("settle", superseded()),
                OperationStatus.CANCELLED,
                join(begun, List.of("settle"))));
    }

    private static void rotate(List<Branch> all) {
        String asked = "untouched? failed BACKEND_ERROR";
        List<String> back = List.of("revert", "launch", "await");
        for (String step : BOOT) {
            List<String> until = join(List.of("begin"), BOOT.subList(0, BOOT.indexOf(step) + 1));
            all.add(branch(
                    "RotateEngineKey",
                    step + " fails",
                    script -> script.at(step, forGood(BROKEN)),
                    OperationStatus.FAILED,
                    join(until, List.of(asked), back, List.of("old-key failed BACKEND_ERROR"))));
            all.add(branch(
                    "RotateEngineKey",
                    step + " cancelled",
                    script -> script.at(step, cancelled()),
                    OperationStatus.CANCELLED,
                    join(
                            until,
                            List.of("untouched? cancelled UNAVAILABLE"),
                            back,
                            List.of("old-key cancelled UNAVAILABLE"))));
        }
        for (String step : List.of("launch", "await")) {
            List<String> until = join(List.of("begin"), BOOT.subList(0, BOOT.indexOf(step) + 1), List.of(asked));
            List<String> backUntil = back.subList(0, back.indexOf(step) + 1);
            all.add(branch(
                    "RotateEngineKey",
                    step + " fails and the old key too",
                    script -> script.at(step, forGood(BROKEN), forGood(ErrorCode.BOOT_TIMEOUT)),
                    OperationStatus.FAILED,
                    join(until, backUntil, List.of("remove", "failed BACKEND_ERROR"))));
            all.add(branch(
                    "RotateEngineKey",
                    step + " fails and going back is superseded",
                    script -> script.at(step, forGood(BROKEN), superseded()),
                    OperationStatus.CANCELLED,
                    join(until, backUntil)));
        }
        List<String> failed = List.of("begin", "migrate", "launch", "await", asked);
        all.add(branch(
                "RotateEngineKey",
                "fails and nothing was touched",
                script -> script.untouched().at("migrate", forGood(BROKEN)),
                OperationStatus.FAILED,
                List.of("begin", "migrate", asked)));
        all.add(branch(
                "RotateEngineKey",
                "the new key had been taken back before",
                script -> script.at("rotated", forGood(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                join(
                        List.of("begin", "migrate", "launch", "await", "rotated", "untouched? failed UNAVAILABLE"),
                        back,
                        List.of("old-key failed UNAVAILABLE"))));
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
                join(failed, back, List.of("old-key failed BACKEND_ERROR"))));
        all.add(branch(
                "RotateEngineKey",
                "neither key and cleanup fails",
                script -> script.at("await", forGood(BROKEN), forGood(BROKEN)).at("remove", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(failed, back, List.of("remove", "failed BACKEND_ERROR"))));
    }

    private static void recover(List<Branch> all) {
        String type = "RecoverEngine";
        List<String> attempt = join(List.of("next"), BOOT);
        straight(all, type, join(List.of("stop"), attempt), "running");
        endedByAnOperator(all, type, join(List.of("stop"), BOOT), List.of("next"));
        List<String> begun = List.of("begin", "stop");
        for (String step : BOOT) {
            List<String> until = attempt.subList(0, attempt.indexOf(step) + 1);
            all.add(branch(
                    type,
                    step + " fails once",
                    script -> script.at(step, forGood(BROKEN)),
                    OperationStatus.SUCCEEDED,
                    join(
                            begun,
                            until,
                            List.of("remove", "restart-failed BACKEND_ERROR"),
                            attempt,
                            List.of("running"))));
        }
        List<String> failed = join(attempt, List.of("remove", "restart-failed BOOT_TIMEOUT"));
        List<String> gaveUp = List.of("next", "untouched? failed BACKEND_ERROR", "failed BACKEND_ERROR");
        all.add(branch(
                type,
                "waits for its turns",
                script -> script.waits(3),
                OperationStatus.SUCCEEDED,
                join(begun, List.of("next", "next", "next"), attempt, List.of("running"))));
        all.add(branch(
                type,
                "gives up after two restarts",
                script -> script.at("await", forGood(ErrorCode.BOOT_TIMEOUT), forGood(ErrorCode.BOOT_TIMEOUT))
                        .at("next", well(), well(), forGood(BROKEN)),
                OperationStatus.FAILED,
                join(begun, failed, failed, gaveUp)));
        all.add(branch(
                type,
                "gives up at once",
                script -> script.at("next", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(begun, gaveUp)));
        all.add(branch(
                type,
                "what is left does not end",
                script -> script.always("stop", passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.SUCCEEDED,
                join(List.of("begin", "stop for ever"), attempt, List.of("running"))));
        all.add(branch(
                type,
                "cancelled while it waits",
                script -> script.waits(1).at("next", cancelledUnheard()),
                OperationStatus.CANCELLED,
                join(begun, List.of("next", "untouched? cancelled UNAVAILABLE", "settle"))));
        all.add(branch(
                type,
                "the record of a restart that failed is superseded",
                script -> script.at("await", forGood(ErrorCode.BOOT_TIMEOUT))
                        .at("restart-failed BOOT_TIMEOUT", superseded()),
                OperationStatus.CANCELLED,
                join(begun, failed)));
        all.add(branch(
                type,
                "what was launched is not removed",
                script -> script.at("await", forGood(ErrorCode.BOOT_TIMEOUT))
                        .at("remove", forGood(ErrorCode.UNAVAILABLE)),
                OperationStatus.SUCCEEDED,
                join(begun, failed, attempt, List.of("running"))));
    }

    /** All in one step, which begins and ends the operation; step by step only if what came up was lost. */
    private static void wake(List<Branch> all) {
        String type = "WakeEngine";
        List<String> wake = List.of("wake");
        List<String> failing = List.of("untouched? failed BACKEND_ERROR", "remove", "failed BACKEND_ERROR");
        all.add(branch(type, "succeeds", script -> {}, OperationStatus.SUCCEEDED, wake));
        all.add(branch(type, "superseded", script -> script.at("wake", superseded()), OperationStatus.CANCELLED, wake));
        all.add(branch(
                type,
                "repeated",
                script -> script.at("wake", passing(BROKEN), passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.SUCCEEDED,
                List.of("wake", "wake", "wake")));
        all.add(branch(
                type,
                "fails",
                script -> script.at("wake", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(wake, failing)));
        all.add(branch(
                type,
                "never gets there",
                script -> script.always("wake", passing(BROKEN)),
                OperationStatus.FAILED,
                join(List.of("wake for ever"), failing)));
        all.add(branch(
                type,
                "fails and nothing was touched",
                script -> script.untouched().at("wake", forGood(BROKEN)),
                OperationStatus.FAILED,
                List.of("wake", "untouched? failed BACKEND_ERROR")));
        all.add(branch(
                type,
                "cancelled",
                script -> script.at("wake", cancelled()),
                OperationStatus.CANCELLED,
                List.of("wake", "untouched? cancelled UNAVAILABLE", "settle")));
        all.add(branch(
                type,
                "what came up is lost",
                script -> script.at("wake", launchLost()),
                OperationStatus.SUCCEEDED,
                join(wake, BOOT, List.of("running"))));
        all.add(branch(
                type,
                "what came up is lost and does not come again",
                script -> script.at("wake", launchLost()).at("await", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(wake, BOOT, failing)));
    }

    private static void sleep(List<Branch> all) {
        List<String> suspended = List.of("begin", "suspend");
        List<String> up = List.of("launch", "await");
        all.add(branch(
                "SleepEngine",
                "stops",
                script -> script.suspending(Suspension.in(SleepMode.STOP)),
                OperationStatus.SUCCEEDED,
                join(suspended, List.of("asleep stop"))));
        Consumer<Script> active = script -> script.suspending(Suspension.none(Wakefulness.ACTIVE_TURN));
        List<String> awake = join(suspended, List.of("awake active_turn"));
        all.add(branch("SleepEngine", "stays awake", active, OperationStatus.CANCELLED, awake));
        all.add(branch(
                "SleepEngine",
                "stays awake and is superseded",
                active.andThen(script -> script.at("awake active_turn", superseded())),
                OperationStatus.CANCELLED,
                awake));
        all.add(branch(
                "SleepEngine",
                "fails and nothing was touched",
                script -> script.untouched().at("suspend", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(suspended, List.of("untouched? failed BACKEND_ERROR"))));
        all.add(branch(
                "SleepEngine",
                "fails",
                script -> script.at("suspend", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(
                        suspended,
                        List.of("untouched? failed BACKEND_ERROR"),
                        up,
                        List.of("old-key failed BACKEND_ERROR"))));
        all.add(branch(
                "SleepEngine",
                "fails and does not come up either",
                script -> script.at("suspend", forGood(BROKEN)).at("await", forGood(BROKEN)),
                OperationStatus.FAILED,
                join(
                        suspended,
                        List.of("untouched? failed BACKEND_ERROR"),
                        up,
                        List.of("remove", "failed BACKEND_ERROR"))));
        all.add(branch(
                "SleepEngine",
                "fails and coming up is superseded",
                script -> script.at("suspend", forGood(BROKEN)).at("await", superseded()),
                OperationStatus.CANCELLED,
                join(suspended, List.of("untouched? failed BACKEND_ERROR"), up)));
        all.add(branch(
                "SleepEngine",
                "suspend cancelled",
                script -> script.at("suspend", cancelled()),
                OperationStatus.CANCELLED,
                join(
                        suspended,
                        List.of("untouched? cancelled UNAVAILABLE"),
                        up,
                        List.of("old-key cancelled UNAVAILABLE"))));
        all.add(branch(
                "SleepEngine",
                "cancelled and nothing was touched",
                script -> script.untouched().at("suspend", cancelled()),
                OperationStatus.CANCELLED,
                join(suspended, List.of("untouched? cancelled UNAVAILABLE"))));
    }

    private static void settle(List<Branch> all) {
        String asked = "untouched? cancelled UNAVAILABLE";
        List<String> whole = List.of(asked, "settle");
        all.add(branch("SettleEngine", "settles", script -> {}, OperationStatus.CANCELLED, whole));
        all.add(branch(
                "SettleEngine", "nothing was touched", Script::untouched, OperationStatus.CANCELLED, List.of(asked)));
        all.add(branch(
                "SettleEngine",
                "superseded",
                script -> script.at(asked, superseded()),
                OperationStatus.CANCELLED,
                List.of(asked)));
        all.add(branch(
                "SettleEngine",
                "settle superseded",
                script -> script.at("settle", superseded()),
                OperationStatus.CANCELLED,
                whole));
        all.add(branch(
                "SettleEngine",
                "settle repeated",
                script -> script.at("settle", passing(BROKEN), passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.CANCELLED,
                List.of(asked, "settle", "settle", "settle")));
        all.add(branch(
                "SettleEngine",
                "host is away",
                script -> script.always("settle", passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.CANCELLED,
                List.of(asked, "settle for ever", "cancelled")));
        all.add(branch(
                "SettleEngine",
                "cancelled itself",
                script -> script.at("settle", cancelledUnheard()),
                OperationStatus.CANCELLED,
                whole));
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
