"""The recovery drill's page: a table of each backend, of which a run writes those that it tried."""
import os
import platform
import re
from datetime import datetime, timezone
from pathlib import Path

DOCUMENT = Path("docs/recovery-drill.md")
TITLES = {"docker": "Docker", "subprocess": "Subprocess"}
HEAD = """# The recovery drill

Twenty engines of a real installation, with short intervals: a probe every {interval} s, restarts {base} s after a failure and then
twice as long up to {longest} s, {attempts} of them at most. Each fault meets one engine or more, or what watches over them (the
last ones a fleet of six); nobody helps, unless the row says so. The tables are written by `.ci/recovery-drill`, each by its own run.

- **What was seen**: what audit rows, the API, and the processes themselves told, in the run's own figures. Times are in seconds
  from the moment of the fault. An exit code is unknown where the process was started by an orchestrator that is no more, or Docker
  had restarted the container before anybody looked.
- **Found**: until `health_failed` (of several engines the last of them) or `mass_failure` was written, by the database's clock;
  for the provider, until it was counted. **Back**: until the row said `running` again and the engine's `/health` answered; of
  several, the last.
- **Audit**: all rows of the engines that were meant, oldest first.
- **Violations**: those engines have other audit rows than such a fault is to have; one has not exactly one live process
  at the end, or ever had two; it refuses its key, or numbers its next turn as one whose brain has forgotten some; another engine
  is in another process than before; an operation has not ended; or what the row says should not have happened.
- An engine's model provider is the drill's own, and tells how many turns of the conversation the engine has sent along.

"""
SECTION = """## {title}

`.ci/recovery-drill {backend} {seed}`, {date}, {minutes:.0f} minutes. {about}, {processors} processors, Linux {kernel}, load average {load:.1f} at the end.

{table}

{verdict}
"""
COLUMNS = ["Fault", "What was seen", "Found, s", "Back, s", "Audit", "Violations"]


def seconds(value):
    return "" if value is None else f"{value:.1f}"


def line(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head():
    return line(COLUMNS) + "\n" + line(["---"] * len(COLUMNS))


def told(row):
    """A row as a line of the table."""
    seen = ". ".join(one if one.startswith("`") else one[:1].upper() + one[1:] for one in row.seen)
    return line([row.fault, seen, seconds(row.detected), seconds(row.recovered), row.audit, len(row.violations)])


def table(rows):
    return "\n".join([head(), *map(told, rows)])


def verdict(rows):
    found = [f"- {row.fault}: {violation}" for row in rows for violation in row.violations]
    return "\n".join(["Violations:", "", *found]) if found else "No violation."


def section(installation, rows, seed, took_s):
    return SECTION.format(
        title=TITLES[installation.backend], backend=installation.backend, seed=seed, minutes=took_s / 60,
        date=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), about=installation.about(),
        processors=os.cpu_count(), kernel=platform.release().split("-")[0], load=os.getloadavg()[0],
        table=table(rows), verdict=verdict(rows))


def write(installation, text, settings):
    """The page with that backend's section, and the others as they are there."""
    there = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    sections = dict(re.findall(r"^## (.+?)$(.*?)(?=^## |\Z)", there, re.M | re.S))
    parts = {title: f"## {title}{sections[title].rstrip()}\n" for title in TITLES.values() if title in sections}
    parts[TITLES[installation.backend]] = text
    ordered = [parts[title] for title in TITLES.values() if title in parts]
    DOCUMENT.write_text(HEAD.format(**settings) + "\n".join(ordered))
