"""One fault in the middle of a stream, and what became of everything."""
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from api import http_call
from checks import Facts, all_violations, bystanders_untouched, identities
from fleet import User
from machine import await_that
from progress import say
from stream import HABITS, SHORT_LIVES, Record, Stream

USERS = 12
BEFORE_S = 120
STREAM_S = 180
QUIET_S = 240
ENGINES_UP_S = 60
# Requests that have to be under way for the fault to come.
UNDER_WAY = 3
ATTEMPTS = 3
LOGS = Path("target/fault-drill")


@dataclass
class Result:
    """A row of the table. Times are in seconds from the moment of the fault."""

    fault: str
    remark: str = ""
    acknowledged: int = 0
    cut_off: int = 0
    refused: int = 0
    hit: Counter = field(default_factory=Counter)
    well_after: float = 0
    last_after: float = 0
    ended: Counter = field(default_factory=Counter)
    engines: Counter = field(default_factory=Counter)
    violations: list = field(default_factory=list)


class Drill:
    """All rounds on one installation, one after the other."""

    def __init__(self, installation, daemon, seed, images):
        self.installation = installation
        self.daemon = daemon
        self.seed = seed
        self.images = images
        self.users = [User(f"user-{at}") for at in range(USERS)]
        self.bystanders = [User(f"bystander-{at}") for at in range(3)]
        self.round = 0

    def prepare(self):
        """Engines that nobody will ask anything of; the last one is stopped."""
        for user in self.bystanders:
            self.installation.must("POST", "/engines/provision", {"user_id": user.name})
            user.settle(self.installation)
            user.engine.say("remember this")
        self.installation.must("POST", f"/engines/{self.bystanders[-1].name}/stop")

    def hit(self, fault, share):
        """Rounds of one fault until it met operations under way; the results of all of them as they come."""
        for _ in range(ATTEMPTS):
            result = self._round(fault, share)
            yield result
            if result.hit:
                return

    def _round(self, fault, share):
        self.round += 1
        began = time.time()
        choice = random.Random(f"{self.seed}/{self.round}")
        result = Result(fault.name)
        before = self._bystanders_now(Facts(self.installation))
        stream = self._stream(fault)
        stream.start()
        try:
            struck = self._strike(fault, stream, share, choice, result)
            self._await(result, "the stream goes on", lambda: stream.record.promised() >= share, STREAM_S)
        finally:
            stream.stop()
        self._calm_down(result)
        facts = Facts(self.installation)
        self._count(result, stream.record, facts, struck, began)
        result.violations += all_violations(
            facts, self.installation, stream.record, self.users + self.bystanders, began, fault.excuses)
        result.violations += bystanders_untouched(before, self._bystanders_now(facts), not fault.restarts_engines)
        self._tell(result, began)
        return result

    def _stream(self, fault):
        image = next(self.images)
        seed = f"{self.seed}/{self.round}"
        return (
            Stream(self.installation, self.users, seed, lambda: next(self.images), SHORT_LIVES) if fault.wants_provisions
            else Stream(self.installation, self.users, seed, lambda: image, HABITS))

    def _tell(self, result, began):
        say(f"{result.fault}: {sum(result.hit.values())} operations were open, {len(result.violations)} violations")
        if result.violations:
            self._keep_logs(result, began)

    def _keep_logs(self, result, began):
        """What is needed to find out why."""
        LOGS.mkdir(parents=True, exist_ok=True)
        since = datetime.fromtimestamp(began, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        parts = ["\n".join(result.violations)]
        for source in (self._all_operations, lambda: self.installation.logs(since), self.daemon.log.read_text):
            try:
                parts.append(source())
            except OSError as away:
                parts.append(f"not to be had: {away}")
        file = LOGS / f"round-{self.round}.log"
        file.write_text("\n\n".join(parts))
        say(f"what was seen of it is in {file}")

    def _all_operations(self):
        return "\n".join(str(one) for one in self.installation.sql("SELECT * FROM operations ORDER BY created_at"))

    def given_up(self, fault, why):
        """The result of a round that could not be ended."""
        result = Result(fault.name, violations=[f"the drill could not go on: {why}"])
        self._tell(result, time.time() - STREAM_S - QUIET_S)
        return result

    def _bystanders_now(self, facts):
        return identities(facts, [user.engine.engine_id for user in self.bystanders])

    def _strike(self, fault, stream, share, choice, result):
        await_that(
            "enough is under way",
            lambda: stream.record.promised() >= share / 3 and len(stream.record.awaited) >= UNDER_WAY, BEFORE_S, 0.02)
        time.sleep(choice.random())  # The random moment itself.
        struck, result.remark = fault.strike(self.installation, self.daemon, choice)
        self.installation.await_well()
        result.well_after = time.time() - struck
        return struck

    def _await(self, result, what, condition, seconds):
        """What does not come is a violation, and the round goes on."""
        try:
            await_that(what, condition, seconds)
        except TimeoutError as late:
            result.violations.append(str(late))

    def _calm_down(self, result):
        self._await(result, "no operation is open", self._is_quiet, QUIET_S)
        # Docker starts engines again that were killed, and takes a moment to do so.
        self._await(result, "running engines answer", self._engines_answer, ENGINES_UP_S)

    def _is_quiet(self):
        try:
            return not self.installation.sql("SELECT FROM operations WHERE finished_at IS NULL")
        except OSError:
            return False

    def _engines_answer(self):
        try:
            running = self.installation.sql("SELECT port FROM engines WHERE status = 'running'")
            return all(http_call(row["port"], "GET", "/health", timeout=5)[0] == 200 for row in running)
        except OSError:
            return False

    @staticmethod
    def _count(result, record, facts, struck, began):
        result.acknowledged = record.promised()
        result.cut_off = len(record.cut_off)
        result.refused = len(record.refused)
        hit = facts.open_at(struck)
        result.hit = Counter(operation["kind"] for operation in hit)
        result.last_after = max([one["finished"] or float("inf") for one in hit], default=struck) - struck
        result.ended = Counter(one["status"] for one in facts.operations.values() if one["created"] >= began)
        result.engines = Counter(row["status"] for row in facts.rows.values())

    def finish(self):
        """All engines are started once more and asked what they remember; then all are destroyed, and nothing is left."""
        self.round += 1
        result = Result("none: all are started, asked, destroyed")
        began = time.time()
        everybody = self.users + self.bystanders
        for user in everybody:
            user.settle(self.installation)
            if user.status in ("stopped", "failed"):
                self.installation.must("POST", f"/engines/{user.name}/start")
        facts = Facts(self.installation)
        result.engines = Counter(row["status"] for row in facts.rows.values())
        result.violations += all_violations(facts, self.installation, Record(), everybody, began, ())
        for user in everybody:
            if user.status != "none":
                self.installation.must("DELETE", f"/engines/{user.name}")
        facts = Facts(self.installation)
        result.ended = Counter(one["status"] for one in facts.operations.values() if one["created"] >= began)
        result.violations += all_violations(facts, self.installation, Record(), everybody, began, ())
        left = [*facts.rows, *(one["Name"] for one in facts.containers), *facts.volumes]
        result.violations += [f"{one} is left after everything was destroyed" for one in left]
        self._tell(result, began)
        return result
