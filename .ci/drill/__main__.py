"""Runs the fault drill; started by .ci/fault-drill, in namespaces that end with it."""
import argparse
import itertools
import math
import os
import sys
import time
from pathlib import Path

from faults import all_faults
from installation import Installation
from machine import ENVIRONMENT, Daemon, docker
from report import page, table, verdict
from rounds import BEGAN, USERS, Drill, say

DOCUMENT = Path("docs/fault-drill.md")
# Used in turn. A worker keeps the brains of the last four, so each comes as a new one.
IMAGES = 12


def engine_images(image):
    """The same engine under many ids: a worker migrates the first brain of each by a container of its own."""
    names = [f"bap-drill/engine:{number}" for number in range(IMAGES)]
    for name in names:
        docker("build", "--quiet", "--label", f"drill={name}", "--tag", name, "-", stdin=f"FROM {image}\n",
               environment={**ENVIRONMENT, "DOCKER_BUILDKIT": "0"})
    return names


def run(arguments):
    daemon = Daemon(arguments.work, arguments.cgroup)
    say("Starting the drill's Docker daemon")
    daemon.start()
    docker("load", "--quiet", "--input", f"{arguments.work}/images.tar", timeout=600)
    os.remove(f"{arguments.work}/images.tar")
    images = engine_images(arguments.engine_image)
    say("Starting the installation")
    installation = Installation(arguments.work, images)
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
