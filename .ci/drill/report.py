"""The table, and the page around it."""
import os
import platform
from collections import Counter
from datetime import datetime, timezone

from machine import ask

PAGE = """# The fault drill

`.ci/fault-drill {operations} {seed}`, {date}, {minutes:.0f} minutes. Docker {docker}, {processors} processors, Linux {kernel}, load average {load:.1f} at the end.

Clients provision, stop, start, rotate and destroy engines of {users} users on the real `docker-compose.yml` with two workers, on a
Docker daemon that is the drill's own. In each round one part is hit in the middle of that and the clients go on; then they
pause, and everything is compared: what the API acknowledged, the rows, the daemon's containers and volumes, and the
engines themselves.

{table}

- **Acknowledged**: requests that were answered 200, or 202 with an operation. **Cut off**: those that got no answer, or one of 5xx;
  whether they count was asked afterwards.
- **Open when hit**: operations that were under way at the moment of the fault, by the database's own times. **The last of
  them ended**: seconds after it. **Well**: seconds until every service was healthy and `/health` said ok.
- **Ended**: all operations of the round by how they ended. `cancelled` ones were superseded by a later verb of the same user.
- **Violations**: each acknowledged operation is there and has ended, none failed (a boot whose engine was killed may), none
  was cancelled by nobody; what was answered 200 was done; each row is what its last operation made of it; an engine has one
  container at most, it lives exactly if the row says `running`, and is of the row's incarnation; volumes belong to rows, and
  none of an engine that ever ran is gone; running engines take their latest key and none that was rotated away, and number
  their next turn as one of a brain that forgot none; the others do not answer; three bystanders are in the
  container, and the process, in which they were. The last row is the end of it all.

{verdict}
"""

COLUMNS = ["Fault", "Acknowledged", "Cut off", "Open when hit", "The last of them ended, s", "Well, s", "Ended", "Engines then",
           "Violations"]


def listed(counts):
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) or "none"


def seconds(value):
    return f"{value:.1f}" if value else ""


def row(result):
    hit = sum(result.hit.values())
    return [
        result.fault + (f" ({result.remark})" if result.remark else ""),
        result.acknowledged or "", result.cut_off if result.hit else "",
        f"{hit}: {listed(result.hit)}" if hit else "", seconds(result.last_after), seconds(result.well_after),
        listed(result.ended), listed(result.engines), len(result.violations),
    ]


def table(results):
    total = Counter()
    for result in results:
        total.update(result.ended)
    last = ["**Together**", sum(one.acknowledged for one in results), sum(one.cut_off for one in results),
            sum(sum(one.hit.values()) for one in results), "", "", listed(total), "",
            sum(len(one.violations) for one in results)]
    rows = [COLUMNS, ["---"] * len(COLUMNS), *(row(one) for one in results), last]
    return "\n".join("| " + " | ".join(str(cell) for cell in cells) + " |" for cells in rows)


def verdict(results):
    found = [f"- {one.fault}: {violation}" for one in results for violation in one.violations]
    return "\n".join(["Violations:", "", *found]) if found else "No violation."


def page(results, operations, seed, users, took_s):
    return PAGE.format(
        operations=operations, seed=seed, users=users, minutes=took_s / 60,
        date=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), docker=ask("/version")["Version"],
        processors=os.cpu_count(), kernel=platform.release().split("-")[0], load=os.getloadavg()[0], table=table(results),
        verdict=verdict(results))
