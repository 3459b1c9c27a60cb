"""Runs the fault drill; started by .ci/fault-drill, in namespaces that end with it."""
import argparse
import itertools
import math
import sys
import time
from pathlib import Path

from faults import all_faults
from installation import Installation
from machine import Daemon, engine_image, load_images
from progress import BEGAN, say
from report import page, table, verdict
from rounds import USERS, Drill

DOCUMENT = Path("docs/fault-drill.md")
# Used in turn. A worker keeps the brains of the last four, so each comes as a new one, whose first brain it migrates by a
# container of its own.
IMAGES = 12


def run(arguments):
    daemon = Daemon(arguments.work, arguments.cgroup)
    say("Starting the drill's Docker daemon")
    daemon.start()
    load_images(arguments.work)
    images = [engine_image(arguments.engine_image, number) for number in range(IMAGES)]
    say("Starting the installation")
    installation = Installation(arguments.work, images, {"LLM_PROVIDER": "echo"})
    installation.up()
    drill = Drill(installation, daemon, arguments.seed, itertools.cycle(images[1:]))
    drill.prepare()
    return list(all_results(drill, arguments.operations))


def all_results(drill, operations):
    faults = all_faults()
    for fault in faults:
        try:
            for result in drill.hit(fault, math.ceil(operations / len(faults))):
                yield result
        except OSError as broken:
            yield drill.given_up(fault, broken)
            return
    say("Starting, asking and destroying all")
    yield drill.finish()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--cgroup", required=True)
    parser.add_argument("--engine-image", required=True)
    arguments = parser.parse_args()
    results = run(arguments)
    DOCUMENT.write_text(page(
        results, arguments.operations, arguments.seed, USERS, time.monotonic() - BEGAN))
    print(table(results) + "\n\n" + verdict(results))
    return 1 if any(result.violations for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
