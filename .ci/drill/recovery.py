"""Runs the recovery drill on one backend; started by .ci/recovery-drill, in namespaces that end with it."""
import argparse
import subprocess
import sys
import time

import provider
from docker_installation import DockerInstallation
from local import LocalInstallation
from mishaps import all_mishaps
from machine import Daemon, engine_image, load_images
from progress import BEGAN, say
from recoveries import FIGURES, SETTINGS, Drill
from recovery_report import head, section, told, verdict, write


# Of this machine, as containers reach it on whatever network; an address of nobody (RFC 5737).
PROVIDER_ADDRESS = "192.0.2.1"


def settings(host):
    return {name: str(value) for name, value in {**SETTINGS, **provider.settings(host)}.items()}


def on_docker(arguments):
    daemon = Daemon(arguments.work, arguments.cgroup)
    daemon.start()
    load_images(arguments.work)
    images = [engine_image(arguments.engine_image, name) for name in ("fleet", "own")]
    subprocess.run(["ip", "address", "add", f"{PROVIDER_ADDRESS}/32", "dev", "lo"], check=True)
    return DockerInstallation(arguments.work, daemon, images[:1], images[1], settings(PROVIDER_ADDRESS))


def on_processes(arguments):
    return LocalInstallation(arguments.work, settings("127.0.0.1"))


def rows(installation, seed, only):
    drill = Drill(installation, seed)
    say("Provisioning the fleet")
    drill.prepare()
    print(head())
    for mishap in all_mishaps(installation):
        if only in mishap.name:
            row = drill.hit(mishap)
            print(told(row), flush=True)
            yield row


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", choices=["docker", "subprocess"], required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--cgroup", required=True)
    parser.add_argument("--engine-image", required=True)
    parser.add_argument("--only", default="", help="faults whose name has this in it")
    arguments = parser.parse_args()
    provider.start()
    say(f"Starting the installation: {arguments.backend}")
    installation = (on_docker if arguments.backend == "docker" else on_processes)(arguments)
    installation.up()
    found = list(rows(installation, arguments.seed, arguments.only))
    if not arguments.only:
        write(installation, section(installation, found, arguments.seed, time.monotonic() - BEGAN), FIGURES)
    print("\n" + verdict(found))
    return 1 if any(row.violations for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
