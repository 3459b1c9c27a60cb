"""What the recovery drill does to a fleet, one class each, and what it looks at then."""
import contextlib
import hashlib
import os
import signal
import socket
import time

from api import Api
from fleet import User
from machine import await_that
from provider import REFUSE_ME
from recoveries import ATTEMPTS, FLEET, INTERVAL_S, SEEN_S, Victim, audit_of, epoch, moment

TOGETHER = FLEET * 6 // 10
FAILED_ATTEMPTS = r"(auto_restart_start auto_restart_failed )"
RESTARTED = rf"health_failed {FAILED_ATTEMPTS}*auto_restart_start auto_restart_success"
GIVEN_UP_AND_STARTED = rf"health_failed {FAILED_ATTEMPTS}{{{ATTEMPTS}}}auto_restart_gave_up start"
# What nothing is to come of is watched for so many sweeps.
QUIET_SWEEPS = 5
HEADER_BYTES = 100
IDLE_S = 5


class Mishap:
    """A fault. `run` brings it about, awaits its end and writes down what was seen of it."""

    name = ""
    # How many engines it meets.
    victims = 1
    # Of how many, at most.
    fleet = FLEET
    # Those, if it is not all the same which.
    whom = None
    # What their audit rows must match, oldest first, with a space in between.
    expected = RESTARTED
    # Whether engines may be moved to other processes that it does not mean.
    moves_all = False

    def run(self, scene):
        raise NotImplementedError


class Killed(Mishap):
    name = "kill -9 of an engine"

    def run(self, scene):
        scene.victim.one().kill()
        scene.hit()
        scene.recovered()


class Frozen(Mishap):
    name = "SIGSTOP of an engine"

    def run(self, scene):
        scene.victim.one().send(signal.SIGSTOP)
        scene.hit()
        scene.recovered()


class PortStolen(Mishap):
    name = "kill -9 of an engine, and its port stolen"

    def run(self, scene):
        port = scene.victim.port
        scene.victim.one().kill()
        scene.hit()
        with self._thief(port):
            scene.saw(f"a stranger listened on port {port} from {scene.since(time.time()):.2f} s on")
            scene.recovered()
            now = scene.victim.port
            scene.saw(f"back on port {now}" + (", which the API tells" if now != port else ""))
        scene.tell_attempts()

    @staticmethod
    @contextlib.contextmanager
    def _thief(port):
        """Holds the port from the moment on in which it is free."""
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            await_that(f"port {port} is free", lambda: _binds(thief, port), 10, 0.001)
            thief.listen()
            yield


def _binds(listener, port):
    try:
        listener.bind(("127.0.0.1", port))
        return True
    except OSError:
        return False


class DamagedBrain:
    """An engine's brain with a header that is none, until it is mended."""

    def __init__(self, brain):
        self.brain = brain
        self.owner = brain.stat()
        # SQLite's log may have a page of the header, too: with it, it would mend the brain by itself.
        log = brain.with_name(f"{brain.name}-wal")
        self.kept = {file: file.read_bytes() for file in (brain, log) if file.exists()}
        for file in self.kept:
            with open(file, "r+b") as damaged:
                damaged.write(b"\xde\xad" * (min(HEADER_BYTES, file.stat().st_size) // 2))
        self.written = self._digest()

    def _digest(self):
        return hashlib.sha256(self.brain.read_bytes()).hexdigest()

    def is_as_damaged(self):
        return self._digest() == self.written

    def mend(self):
        """All that is there belongs to the engine again."""
        for file, content in self.kept.items():
            file.write_bytes(content)
            os.chown(file, self.owner.st_uid, self.owner.st_gid)


def given_up_then_started(scene, mend):
    """Until the recovery is given up, and then, when the cause is mended, until a start by hand has brought it up."""
    victim = scene.victim
    victim.await_action("auto_restart_gave_up")
    scene.detected()
    scene.tell_attempts()
    victim.user.settle(scene.installation)
    scene.saw(f"the engine is {victim.user.status}")
    mend()
    began = time.time()
    scene.installation.must("POST", f"/engines/{victim.user.name}/start")
    scene.row.recovered = scene.await_all("started", Victim.has_been_restarted)
    scene.saw(f"mended, and started by hand within {time.time() - began:.1f} s")


class BrainDamaged(Mishap):
    name = "its brain's header overwritten, then kill -9 of the engine"
    expected = GIVEN_UP_AND_STARTED

    def run(self, scene):
        brain = DamagedBrain(scene.installation.brain(scene.victim.engine_id))
        scene.victim.one().kill()
        scene.hit()
        given_up_then_started(scene, lambda: self._mend(scene, brain))

    @staticmethod
    def _mend(scene, brain):
        if brain.is_as_damaged():
            scene.saw("its brain, as damaged, is the same to the last bit (SHA-256)")
        else:
            scene.row.violations.append("somebody has written to the damaged brain")
        brain.mend()


class ImageRemoved(Mishap):
    name = "kill -9 of an engine, and its image removed"
    whom = -1
    expected = GIVEN_UP_AND_STARTED

    def run(self, scene):
        scene.victim.one().kill()
        scene.hit()
        with contextlib.ExitStack() as gone:
            what = gone.enter_context(scene.installation.image_gone())
            scene.saw(f"{what}, {scene.since(time.time()):.1f} s after the kill")
            given_up_then_started(scene, gone.close)


class ProviderRefuses(Mishap):
    name = "only the LLM provider fails, for one engine"
    expected = ""

    def run(self, scene):
        victim = scene.victim
        with contextlib.suppress(OSError):
            victim.user.engine.say(REFUSE_ME)
        scene.hit()
        await_that("it is counted", lambda: self._degraded(scene) == 1, SEEN_S, 0.1)
        scene.row.detected = scene.since(time.time())
        time.sleep(QUIET_SWEEPS * INTERVAL_S)  # In which nothing is to happen.
        victim.user.settle(scene.installation)
        if victim.identities() != victim.before or victim.user.status != "running":
            scene.row.violations.append(f"{victim} is {victim.user.status}, or in another process")
        scene.saw(
            f"`degraded_count` in `/status?detail=true` was {self._degraded(scene)}; {QUIET_SWEEPS} intervals later the"
            f" engine was {victim.user.status}, in {'the same' if victim.identities() == victim.before else 'another'} process")
        victim.user.engine.say("you may come back")
        await_that("it is counted no more", lambda: self._degraded(scene) == 0, SEEN_S, 0.1)
        scene.row.recovered = scene.since(time.time())
        scene.saw("the turn after it succeeded, and it is counted no more")

    @staticmethod
    def _degraded(scene):
        return scene.installation.must("GET", "/status?detail=true").get("degraded_count")


class Together(Mishap):
    """More than half of a host's engines at once."""

    victims = TOGETHER

    @staticmethod
    def signal_all(scene, victims, number):
        for process in [victim.one() for victim in victims]:
            process.send(number)


class KilledTogether(Together):
    name = f"kill -9 of {TOGETHER} of {FLEET} engines at once"

    def run(self, scene):
        mark = OperatorsRows(scene)
        self.signal_all(scene, scene.victims, signal.SIGKILL)
        scene.hit()
        scene.recovered()
        back = sorted(scene.since(moment(victim.of("auto_restart_success")[0])) for victim in scene.victims)
        scene.saw(f"the first was up again after {back[0]:.1f} s, the last after {back[-1]:.1f} s")
        if mark.of("mass_failure"):
            scene.row.violations.append("restarts were held back, though processes had ended")


class OperatorsRows:
    """Audit rows of no engine, since this was made."""

    def __init__(self, scene):
        self.installation = scene.installation
        self.mark = max((entry["id"] for entry in self._newest()), default=0)

    def _newest(self, action=None):
        status, answer = self.installation.admin(
            "GET", "/admin/audit?limit=100" + (f"&action={action}" if action else ""))
        if status != 200:
            raise OSError(f"the operator's audit: {status} {answer}")
        return answer["entries"]

    def of(self, action):
        return [entry for entry in self._newest(action) if entry["id"] > self.mark]


class FrozenTogether(Together):
    """All of them live and fail, which is not to be the fault of each."""

    expected = rf"|{RESTARTED}"

    def __init__(self, by_operator):
        self.by_operator = by_operator
        self.name = f"SIGSTOP of {TOGETHER} of {FLEET} engines at once, " + (
            "released by the operator" if by_operator else "half of them go on after a while")

    def run(self, scene):
        rows = OperatorsRows(scene)
        self.signal_all(scene, scene.victims, signal.SIGSTOP)
        scene.hit()
        await_that("restarts are held back", lambda: rows.of("mass_failure"), SEEN_S, 0.1)
        held = rows.of("mass_failure")[0]
        scene.row.detected = scene.since(moment(held))
        facts = held["metadata"]
        scene.saw(f"restarts were held back, {facts['failing']} of {facts['engines']} failing")
        time.sleep(QUIET_SWEEPS * INTERVAL_S)  # In which nobody is to be restarted.
        restarted = [victim for victim in scene.victims if victim.actions()]
        scene.row.violations += [f"{victim} was not held back: {victim.actions()}" for victim in restarted]
        scene.saw(f"{QUIET_SWEEPS} intervals later {len(restarted)} were restarted")
        thawed = [] if self.by_operator else scene.victims[: TOGETHER // 2]
        released = time.time()
        if self.by_operator:
            self._release(scene, held)
        else:
            self.signal_all(scene, thawed, signal.SIGCONT)
        scene.row.recovered = scene.await_all(
            "back", lambda victim: victim.is_back() if victim in thawed else victim.has_been_restarted())
        scene.row.violations += [f"{victim} went on, and is in another process"
                                 for victim in thawed if victim.identities() != victim.before]
        scene.saw(f"{'the operator released them' if self.by_operator else f'{len(thawed)} were let go on'} at"
                  f" {scene.since(released):.1f} s; {self._order(scene, thawed)}")
        last = rows.of("mass_failure_release")
        scene.saw(f"released: {last[0]['metadata'].get('reason')}" if last else "no release is audited")
        scene.row.audit = f"mass_failure, mass_failure_release×{len(last)}; " + audit_of(scene.victims)

    @staticmethod
    def _release(scene, held):
        host = held["metadata"]["host_id"]
        status, answer = scene.installation.admin("POST", f"/admin/hosts/{host}/release-restarts")
        if (status, answer.get("released")) != (200, True):
            raise OSError(f"the release was answered {status} {answer}")

    @staticmethod
    def _order(scene, thawed):
        """Whether all others waited for the first."""
        failed = sorted(moment(one.of("health_failed")[0]) for one in scene.victims if one not in thawed)
        up = min(moment(one.of("auto_restart_success")[0]) for one in scene.victims if one not in thawed)
        if failed[1] < up:
            scene.row.violations.append("others were restarted before the first was up")
        return (f"the first restart began at {scene.since(failed[0]):.1f} s and was up at {scene.since(up):.1f} s, the"
                f" next began at {scene.since(failed[1]):.1f} s")


class InBackoff(Mishap):
    """A recovery waits for its next attempt, the cause of its failure is mended, and somebody it depends on dies."""

    def __init__(self, name, kill):
        self.name = f"kill -9 of {name} while a recovery waits"
        self.kill = kill

    def run(self, scene):
        victim = scene.victim
        brain = DamagedBrain(scene.installation.brain(victim.engine_id))
        victim.one().kill()
        scene.hit()
        victim.await_action("auto_restart_failed", 2)
        brain.mend()
        due = epoch(victim.of("auto_restart_failed")[1]["metadata"]["next_attempt_at"])
        struck, what = self.kill(scene.installation)
        scene.installation.await_well()
        well = time.time()
        scene.recovered()
        came = moment(victim.of("auto_restart_start")[2])
        scene.saw(
            f"after 2 attempts that failed, the next was due at {scene.since(due):.1f} s; killed at"
            f" {scene.since(struck):.1f} s: {what}; all was well at {scene.since(well):.1f} s; the attempt came at"
            f" {scene.since(came):.1f} s, {came - due:.1f} s after it was due")
        if came < due:
            scene.row.violations.append("the attempt came too early")


class DaemonStopped(Mishap):
    """With engines that run, and one that sleeps, frozen."""

    victims = 3
    # A whole fleet that boots at once would be a measure of this machine's processors.
    fleet = 6
    expected = None

    def __init__(self, name, strike, restarts_engines):
        self.name = name
        self.strike = strike
        self.moves_all = restarts_engines

    def run(self, scene):
        sleeper = Sleeper(scene)
        struck = self.strike()
        scene.hit(struck)
        scene.installation.await_well()
        scene.saw(f"all was well at {scene.since(time.time()):.1f} s")
        scene.row.recovered = scene.await_all("back", Victim.is_back)
        failures = [entry for victim in scene.victims for entry in victim.of("health_failed")]
        if failures:
            scene.row.detected = max(scene.since(moment(entry)) for entry in failures)
        same = [victim for victim in scene.victims if victim.identities() == victim.before]
        restarted = [victim for victim in scene.victims if "auto_restart_success" in victim.actions()]
        scene.saw(f"of {len(scene.victims)} that ran, {len(same)} are in the same process, {len(restarted)} were recovered")
        if not self.moves_all and len(same) != len(scene.victims):
            scene.row.violations.append("engines did not outlive it")
        sleeper.tell(scene)
        self._await_others(scene)

    @staticmethod
    def _await_others(scene):
        others = [Victim(scene.drill, user) for user in scene.drill.users]
        await_that("all others are back", lambda: all(one.is_back() for one in others), SEEN_S)


class Sleeper:
    """An engine of another product, whose policy puts it to sleep."""

    def __init__(self, scene):
        self.api = Api(scene.installation.port, scene.installation.admin_key)
        self.live = scene.installation.live
        self.api.register(
            f"sleepers-{time.time_ns() % 10**9}", policy={"idle_timeout_s": IDLE_S, "sleep_mode": "pause"})
        self.user = User("sleeper")
        self.api.must("POST", "/engines/provision", {"user_id": self.user.name})
        self.user.settle(self.api)
        self.user.engine.say("remember this")
        await_that("it sleeps", self._sleeps, SEEN_S)
        self.was = [one.identity for one in self.live(self.user.engine.engine_id)]

    def _sleeps(self):
        self.user.settle(self.api)
        return self.user.status == "sleeping"

    def tell(self, scene):
        """What became of it, which should be nothing that its user could notice."""
        engine = self.user.engine
        self.user.settle(self.api)
        live = [one.identity for one in self.live(engine.engine_id)]
        if self.user.status != "sleeping":
            scene.row.violations.append(f"the sleeper is {self.user.status}")
        scene.saw(f"the frozen sleeper is {self.user.status}, " + (
            "in the same process" if live == self.was else "without a process" if not live else "in another process"))
        began = time.time()
        answer = self.api.must("POST", f"/engines/{self.user.name}/admit", {"auto_provision": False, "auto_wake": True})
        self.user.settle(self.api)
        turn = engine.say("do you remember?")
        if not (answer.get("admitted") and self.user.engine is engine and engine.remembers(turn)):
            scene.row.violations.append(f"the sleeper was answered {answer} and is at turn {turn}")
        entries = self.api.must("GET", f"/audit?limit=50&user_id={self.user.name}")["entries"]
        scene.saw(f"an admit woke it in {time.time() - began:.1f} s, and it remembers; its audit:"
                  f" {', '.join(entry['action'] for entry in reversed(entries))}")
        self.api.must("DELETE", f"/engines/{self.user.name}")


def all_mishaps(installation):
    """In the order in which they are tried."""
    return [
        Killed(), Frozen(), PortStolen(), BrainDamaged(), ImageRemoved(), ProviderRefuses(),
        KilledTogether(), FrozenTogether(by_operator=True), FrozenTogether(by_operator=False),
        InBackoff("the workers", lambda site: site.kill_workers()),
        InBackoff("Temporal", lambda site: site.kill_temporal()),
        InBackoff("PostgreSQL", lambda site: site.kill_postgres()),
        *(DaemonStopped(*fault) for fault in installation.daemon_faults()),
    ]
