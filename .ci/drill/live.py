"""A live engine, from outside: its first process, and those that it has started."""
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Live:
    """`identity` is another one when the process is."""

    pid: int
    identity: tuple

    def send(self, number):
        """Signals all of them, of which whoever started them is not told. The first of a container is Docker's own."""
        if self.pid <= 0:  # To the system call that would mean everybody.
            raise ProcessLookupError(f"{self.identity} does not run")
        started = _started_by(self.pid)
        os.kill(self.pid, number)
        for pid in started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self):
        self.send(signal.SIGKILL)


def _started_by(pid):
    found = []
    with contextlib.suppress(FileNotFoundError):
        for tasks in Path("/proc", str(pid), "task").glob("*/children"):
            for child in map(int, tasks.read_text().split()):
                found += [child, *_started_by(child)]
    return found
