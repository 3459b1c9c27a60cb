"""A live process of an engine, from outside."""
import os
import signal
from dataclasses import dataclass


@dataclass(frozen=True)
class Live:
    """`identity` is another one when the process is."""

    pid: int
    identity: tuple

    def send(self, number):
        """Signals it, of which whoever started it is not told."""
        if self.pid <= 0:  # To the system call that would mean everybody.
            raise ProcessLookupError(f"{self.identity} does not run")
        os.kill(self.pid, number)

    def kill(self):
        self.send(signal.SIGKILL)
