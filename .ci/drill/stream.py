"""Clients that send one verb after the other, and what they were answered."""
import contextlib
import random
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

from api import NotSent
from fleet import Engine, KeyRefused

CLIENTS = 6
# What a client does to an engine in which state, and how often.
HABITS = {
    "none": {"provision": 1},
    "running": {"rotate_key": 0.4, "stop": 0.35, "destroy": 0.25},
    "stopped": {"start": 0.75, "destroy": 0.25},
    "failed": {"start": 0.7, "destroy": 0.3},
}
# So that there is more to provision.
SHORT_LIVES = {**HABITS, "running": {"rotate_key": 0.2, "destroy": 0.8}, "stopped": {"start": 0.3, "destroy": 0.7}}
# Whatever is under way, these take precedence.
PREEMPTING = ("stop", "destroy")
AT_ONCE = 0.7
PREEMPTED = 0.12
SAYS_SOMETHING = 0.5
A_MOMENT_S = 0.3
# The API itself answers 202 after two minutes.
LONGEST_WAIT_S = 150


@dataclass
class Request:
    """A verb as it was sent."""

    verb: str
    user: str
    engine_id: str = None
    key: str = None
    sent: float = field(default_factory=time.time)
    answered: float = None


@dataclass
class Record:
    """What the clients of one stream were answered, and what they wait for. Its parts are only ever added to and taken
    from, one thing at a time, which any number of threads may do."""

    acknowledged: dict = field(default_factory=dict)  # operation id -> request: 202
    done: list = field(default_factory=list)  # (request, answer): 200
    cut_off: list = field(default_factory=list)  # requests: nobody knows
    refused: list = field(default_factory=list)  # requests: 4xx
    awaited: set = field(default_factory=set)

    def promised(self):
        """How many requests were acknowledged."""
        return len(self.acknowledged) + len(self.done)

    @contextlib.contextmanager
    def awaiting(self, request):
        self.awaited.add(id(request))
        try:
            yield
        finally:
            self.awaited.discard(id(request))


class Stream:
    """All clients, from start to stop. Seeded: every client makes the same choices again, as far as it is answered the same."""

    def __init__(self, installation, users, seed, images, habits):
        self.installation = installation
        self.record = Record()
        self.images = images
        self.habits = habits
        self.over = threading.Event()
        self.clients = [
            threading.Thread(target=self._run, args=(users[at::CLIENTS], random.Random(f"{seed}/{at}")), daemon=True)
            for at in range(CLIENTS)]

    def start(self):
        for client in self.clients:
            client.start()

    def stop(self):
        """No request more; returns when all that were sent are answered or cut off."""
        self.over.set()
        for client in self.clients:
            client.join()

    def _run(self, users, choice):
        while not self.over.is_set():
            try:
                self._attend(choice.choice(users), choice)
            except OSError:
                self.over.wait(A_MOMENT_S)

    def _attend(self, user, choice):
        user.settle(self.installation)
        if user.status == "running" and choice.random() < SAYS_SOMETHING:
            self._say_something(user.engine)
        habits = self.habits.get(user.status)
        if not habits:  # Something is under way.
            self.over.wait(A_MOMENT_S)
            return
        verb = choice.choices(list(habits), habits.values())[0]
        operation = self._send(user, verb, choice)
        if operation and choice.random() < PREEMPTED:
            self.over.wait(choice.random())
            operation = self._send(user, choice.choice(PREEMPTING), choice) or operation
        if operation:
            self._await_end(operation)

    @staticmethod
    def _say_something(engine):
        try:
            engine.say("remember this")
        except KeyRefused as mid_rotation:
            raise OSError("refused") from mid_rotation

    def _send(self, user, verb, choice):
        """Returns the operation if it was acknowledged as under way."""
        at_once = choice.random() < AT_ONCE
        engine = user.engine or Engine(None)
        request = Request(verb, user.name, engine.engine_id, engine.key)
        method, path, body = self._request(user, verb)
        with self.record.awaiting(request):
            try:
                status, answer = self.installation.api(method, path, body, at_once, 20 if at_once else LONGEST_WAIT_S)
            except NotSent:
                raise
            except OSError:
                self.record.cut_off.append(request)
                raise
        request.answered = time.time()
        return self._noted(request, status, answer)

    def _request(self, user, verb):
        path = f"/engines/{urllib.parse.quote(user.name, safe='')}"
        if verb == "provision":
            return "POST", "/engines/provision", {"user_id": user.name, "engine_version": self.images()}
        if verb == "destroy":
            return "DELETE", path, None
        return "POST", f"{path}/{verb.replace('_', '-')}", None

    def _noted(self, request, status, answer):
        if status == 202:
            self.record.acknowledged.setdefault(answer["operation_id"], request)
            return answer["operation_id"]
        if status == 200:
            request.engine_id = answer.get("engine_id", request.engine_id)
            self.record.done.append((request, answer))
        elif status >= 500:
            # It may have been committed before something went wrong.
            self.record.cut_off.append(request)
        else:
            self.record.refused.append(request)
        return None

    def _await_end(self, operation):
        with self.record.awaiting(self.record.acknowledged[operation]):
            while not self.over.is_set() and not self.installation.has_ended(operation):
                self.over.wait(A_MOMENT_S)
