"""Users and their engines, as the drill's clients know them from what they were answered."""
import json
import re
import urllib.parse
from dataclasses import dataclass, field
from typing import Optional

from api import http_call

TASK = "drill"
TURN = re.compile(r"\(turn (\d+) of this task\)")


class KeyRefused(Exception):
    """The engine answered 401."""


@dataclass
class Engine:
    """One life of a user's engine, from provision to destroy."""

    engine_id: Optional[str]
    url: Optional[str] = None
    key: Optional[str] = None
    # Keys that it must refuse: others took their place.
    retired: set = field(default_factory=set)
    # Turns that it said to have completed, which its brain must not forget; and all that were begun.
    turns_completed: int = 0
    turns_begun: int = 0

    def learn(self, view):
        """From the API's engine object."""
        self.url = view["url"]
        if self.key not in (None, view["api_key"]):
            self.retired.add(self.key)
        self.key = view["api_key"]

    def say(self, message):
        """A turn; returns which of its task it was. OSError if it was cut off."""
        self.turns_begun += 1
        turn = turn_of(self.url, self.key, message)
        self.turns_completed += 1
        return turn

    def remembers(self, turn):
        """Whether a turn of that number has all before it in mind that were completed."""
        return self.turns_completed <= turn <= self.turns_begun


def turn_of(url, key, message):
    """Says something to an engine, which numbers the turns of a task that its brain knows."""
    status, text = http_call(
        urllib.parse.urlsplit(url).port, "POST", "/execute", {"message": message, "task_id": TASK},
        {"X-Engine-Key": key})
    if status == 401:
        raise KeyRefused()
    said = "".join(
        json.loads(data)["text"]
        for data in re.findall(r"^event: text_delta\n(?:id: .*\n)?data: (.*)$", text, re.M))
    found = TURN.search(said)
    if status != 200 or not found or '"completed"' not in text:
        raise OSError(f"the turn was not completed: {status} {text[-300:]}")
    return int(found.group(1))


@dataclass
class User:
    """A user of the product, who has one client at a time."""

    name: str
    # As last seen: one of the API's states, or none.
    status: str = "none"
    engine: Optional[Engine] = None

    def settle(self, installation):
        """Asks how things are. OSError if nobody says."""
        status, view = installation.engine_of(self.name)
        if status == 404:
            self.status, self.engine = "none", None
        elif status == 200:
            if self.engine is None or self.engine.engine_id != view["engine_id"]:
                self.engine = Engine(view["engine_id"])
            self.engine.learn(view)
            self.status = view["status"]
        else:
            raise OSError(f"GET of the engine of {self.name}: {status} {view}")
