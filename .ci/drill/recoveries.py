"""One fault after the other on a fleet that looks after itself: what was seen of each, and whether it is what should be."""
import random
import re
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from api import http_call
from fleet import KeyRefused, User
from machine import await_that
from progress import say

FLEET = 20
AT_ONCE = 4
# Short, so that all fits into minutes.
BASE_S = 2
LONGEST_S = 8
ATTEMPTS = 4
INTERVAL_S = 2
SETTINGS = {
    "ORCH_HEALTH_CHECK_INTERVAL_S": INTERVAL_S,
    "ORCH_HEALTH_CHECK_TIMEOUT_S": 3,
    "ORCH_HEALTH_MAX_FAILURES": 2,
    "ORCH_RESTART_BACKOFF_BASE_S": BASE_S,
    "ORCH_RESTART_BACKOFF_MAX_S": LONGEST_S,
    "ORCH_RESTART_MAX_ATTEMPTS": ATTEMPTS,
    # So that no fault counts on from an earlier one, but a crash loop within one fault does.
    "ORCH_RESTART_STABLE_S": 15,
    "ORCH_STOP_GRACE_S": 5,
}
# What the page says of them.
FIGURES = {"interval": INTERVAL_S, "base": BASE_S, "longest": LONGEST_S, "attempts": ATTEMPTS}
SEEN_S = 90
BACK_S = 180
LOGS = Path("target/recovery-drill")


def epoch(text):
    """Seconds since the epoch, of a time in UTC as the API and audit rows have it."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{fraction or 0}")


def moment(entry):
    """When an audit row was written, in seconds since the epoch."""
    return epoch(entry["timestamp"])


@dataclass
class Row:
    """A row of the table. Times are in seconds from the moment of the fault."""

    fault: str
    seen: list = field(default_factory=list)
    detected: float = None
    recovered: float = None
    audit: str = ""
    violations: list = field(default_factory=list)


class Victim:
    """An engine that a fault meets."""

    def __init__(self, drill, user):
        self.installation = drill.installation
        self.user = user
        self.engine_id = user.engine.engine_id
        self.before = self.identities()
        self.mark = max((entry["id"] for entry in self._all_entries()), default=0)
        self.most_live = 1

    def __str__(self):
        return f"engine {self.engine_id} of {self.user.name}"

    def live(self):
        found = self.installation.live(self.engine_id)
        self.most_live = max(self.most_live, len(found))
        return found

    def identities(self):
        return [one.identity for one in self.installation.live(self.engine_id)]

    def one(self):
        found = self.live()
        if not found:
            raise OSError(f"{self} does not live")
        return found[0]

    @property
    def port(self):
        return int(self.user.engine.url.rpartition(":")[2])

    def _all_entries(self):
        return self.installation.must("GET", f"/audit?limit=200&user_id={self.user.name}")["entries"]

    def entries(self):
        """Audit rows since the fault, oldest first."""
        return sorted((one for one in self._all_entries() if one["id"] > self.mark), key=lambda one: one["id"])

    def actions(self):
        return [entry["action"] for entry in self.entries()]

    def has(self, action, times=1):
        """Whether there are so many such rows, as far as the API says so just now."""
        self.live()
        try:
            return self.actions().count(action) >= times
        except OSError:
            return False

    def await_action(self, action, times=1):
        await_that(f"{self} has {times} × {action}", lambda: self.has(action, times), SEEN_S, 0.1)

    def of(self, action):
        return [entry for entry in self.entries() if entry["action"] == action]

    def is_back(self):
        """Whether its row says running, in peace, and it answers."""
        self.live()
        try:
            self.user.settle(self.installation)
            return self.user.status == "running" and http_call(self.port, "GET", "/health", timeout=2)[0] == 200
        except OSError:
            return False

    def has_been_restarted(self):
        return (self.has("auto_restart_success") or self.has("start")) and self.is_back()

    def violations(self):
        """Of what is to hold at the end of each fault, whatever it was."""
        live = self.identities()
        if len(live) != 1 or self.most_live > 1:
            yield f"{self} has {len(live)} live processes, and had up to {self.most_live}"
        try:
            turn = self.user.engine.say("do you remember?")
            if not self.user.engine.remembers(turn):
                yield f"{self} has lost its brain: turn {turn} of {self.user.engine.turns_begun}"
        except KeyRefused:
            yield f"{self} refuses its key"
        except OSError as failed:
            yield f"{self} does not answer: {failed!r}"


class Drill:
    """All faults on one installation, one after the other."""

    def __init__(self, installation, seed):
        self.installation = installation
        self.users = [User(f"user-{at:02}") for at in range(FLEET)]
        # By chance, but the last, whose image is removed.
        self.rested = [*random.Random(seed).sample(self.users[:-1], FLEET - 1), self.users[-1]]

    def prepare(self):
        """The last engine has an image of its own, where there can be several."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._provision, self.users))

    def _provision(self, user):
        own = user is self.users[-1] and self.installation.own_image
        self.installation.must(
            "POST", "/engines/provision", {"user_id": user.name, **({"engine_version": own} if own else {})})
        user.settle(self.installation)
        user.engine.say("remember this")

    def hit(self, fault):
        """The fault's row."""
        row = Row(fault.name)
        say(fault.name)
        began = time.time()
        self._shrink(fault.fleet)
        victims = [Victim(self, user) for user in self._chosen(fault)]
        hit = [one.engine_id for one in victims]
        others = {engine_id: before for engine_id, before in self._processes().items() if engine_id not in hit}
        try:
            fault.run(Scene(self, row, victims))
            for violation in self._wrong(fault, victims, others):
                row.violations.append(violation)
        except Exception as broken:  # Whatever it is, it is told, and the other faults have their turn.
            row.violations.append(f"it could not go on: {broken!r}")
            traceback.print_exc()
        row.audit = row.audit or audit_of(victims)
        if row.violations:
            self._keep_logs(row, began)
        return row

    def _shrink(self, fleet):
        """Destroys the engines that are too many for a fault."""
        leaving, self.users = self.users[fleet:], self.users[:fleet]
        self.rested = [user for user in self.rested if user in self.users]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda user: self.installation.must("DELETE", f"/engines/{user.name}"), leaving))

    def _chosen(self, fault):
        """Those come first whose turn was longest ago, so that nobody's count of restarts goes on."""
        running = [user for user in self.rested if self._runs(user)]
        chosen = running[:fault.victims] if fault.whom is None else [self.users[fault.whom]]
        self.rested = [user for user in self.rested if user not in chosen] + chosen
        return chosen

    def _runs(self, user):
        """Not, if an earlier fault has left it so."""
        user.settle(self.installation)
        return user.status == "running"

    def _wrong(self, fault, victims, others):
        for victim in victims:
            actions = " ".join(victim.actions())
            if fault.expected is not None and not re.fullmatch(fault.expected, actions):
                yield f"{victim} has the audit rows {actions}"
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for found in threads.map(lambda victim: list(victim.violations()), victims):
                yield from found
        if not fault.moves_all:
            now = self._processes()
            for engine_id, before in others.items():
                if now[engine_id] != before:
                    yield f"bystander {engine_id} was {before} and is {now[engine_id]}"
        yield from self._open()

    def _processes(self):
        """By engine, of the whole fleet."""
        return {user.engine.engine_id: [one.identity for one in self.installation.live(user.engine.engine_id)]
                for user in self.users}

    def _open(self):
        for status in ("pending", "running"):
            for operation in self.installation.must("GET", f"/operations?status={status}")["operations"]:
                yield f"operation {operation['operation_id']} ({operation['kind']}) is still {status}"

    def _keep_logs(self, row, began):
        """What is needed to find out why."""
        LOGS.mkdir(parents=True, exist_ok=True)
        file = LOGS / f"{self.installation.backend}-{re.sub('[^a-z0-9]+', '-', row.fault.lower())}.log"
        try:
            logs = self.installation.logs()
        except OSError as away:
            logs = f"not to be had: {away}"
        file.write_text("\n".join([*row.violations, f"began {datetime.fromtimestamp(began)}", row.audit, logs]))
        say(f"{len(row.violations)} violations; what was seen of it is in {file}")


class Scene:
    """A fault as it takes place: what it meets, and the row that is written about it."""

    def __init__(self, drill, row, victims):
        self.drill = drill
        self.installation = drill.installation
        self.row = row
        self.victims = victims
        self.victim = victims[0] if victims else None
        self.struck = None

    def hit(self, at=None):
        """The moment of the fault is now, or was then."""
        self.struck = at or time.time()

    def saw(self, text):
        self.row.seen.append(text)

    def since(self, when):
        return when - self.struck

    def await_all(self, what, condition):
        """How long after the fault it held of all victims."""
        waiting = list(self.victims)

        def none_waits():
            waiting[:] = [one for one in waiting if not condition(one)]
            return not waiting

        await_that(f"{what}: {len(self.victims)} engines", none_waits, BACK_S, 0.1)
        return self.since(time.time())

    def recovered(self):
        """Waits until all are back by a restart, and notes when, and what was found before."""
        self.row.recovered = self.await_all("restarted", Victim.has_been_restarted)
        self.detected()

    def detected(self):
        failures = [victim.of("health_failed")[0] for victim in self.victims]
        self.row.detected = max(self.since(moment(entry)) for entry in failures)
        causes = sorted({cause_of(entry) for entry in failures})
        self.saw("; ".join(causes))

    def tell_attempts(self):
        """Of one victim: when its attempts failed and why, and what the recovery was given up with."""
        failed, gave_up = self.victim.of("auto_restart_failed"), self.victim.of("auto_restart_gave_up")
        if failed:
            whys = sorted({short(entry["metadata"]["error"]) for entry in failed})
            whens = ", ".join(f"{self.since(moment(entry)):.1f}" for entry in failed)
            self.saw(f"attempts failed at {whens} s: {'; '.join(whys)}")
        for entry in gave_up:
            error, _, output = entry["metadata"]["error"].partition("Its last output:")
            error = error.partition(" The last failure")[0]
            self.saw(f"given up at {self.since(moment(entry)):.1f} s: \"{short(error)}\"" + (
                f", with the end of its output: \"{short(output.strip())}\"" if output else ""))


def cause_of(entry):
    facts = entry["metadata"]
    if facts["cause"] == "exited":
        return f"found to have ended, exit code {facts.get('exit_code', 'unknown')}"
    return f"found {facts['cause']} by {facts.get('probes')} probes: {short(facts.get('problem'))}"


def short(text, most=110):
    words = re.sub(r"\s+", " ", str(text)).replace("|", "/").rstrip(".")
    return words if len(words) <= most else words[:most] + " …"


def audit_of(victims):
    """The actions of each, those that have the same together."""
    by_actions = {}
    for victim in victims:
        by_actions.setdefault(compressed(victim.actions()), []).append(victim)
    if len(victims) == 1:
        return next(iter(by_actions))
    return "; ".join(f"{len(found)} engines: {actions}" for actions, found in by_actions.items())


def compressed(actions):
    """With attempts that failed one after the other counted."""
    text = " ".join(actions)
    text = re.sub(
        r"(?:auto_restart_start auto_restart_failed ?){2,}",
        lambda found: f"(auto_restart_start, auto_restart_failed)×{found.group().count('failed')} ", text)
    return re.sub(r"(?<!,) ", ", ", text.strip()) or "none"
