"""Whether what was acknowledged, rows, containers, volumes, keys and brains agree. Everything here returns violations."""
from collections import Counter, defaultdict

from api import ENDED
from fleet import KeyRefused, turn_of
from machine import ask, containers

INSTALLATION = "ai.september.bap.installation"
ENGINE = "ai.september.bap.engine"
INCARNATION = "ai.september.bap.incarnation"
# What an engine is after an operation that succeeded.
AFTER = {"provision": "running", "start": "running", "wake": "running", "rotate_key": "running", "recover": "running",
         "stop": "stopped"}
# Clocks of requests and of the database's transactions are one machine's, but not read at the same moment.
SLACK_S = 1


class Facts:
    """Everything at one quiet moment: rows from the database, containers and volumes from the daemon."""

    def __init__(self, installation):
        ours = f"{INSTALLATION}={installation.id}"
        self.rows = {row["engine_id"]: row for row in installation.sql("SELECT * FROM engines")}
        self.operations = {row["operation_id"]: row for row in installation.sql(
            "SELECT *, extract(epoch FROM created_at) AS created, extract(epoch FROM finished_at) AS finished"
            " FROM operations ORDER BY fence")}
        self.containers = containers(ours)
        volumes = ask("/volumes", filters={"label": [ours]})["Volumes"] or []
        self.volumes = Counter(volume["Labels"][ENGINE] for volume in volumes)

    def of(self, engine_id):
        return [one for one in self.containers if label(one, ENGINE) == engine_id]

    def open_at(self, moment):
        """Operations that were under way then."""
        return [one for one in self.operations.values()
                if one["created"] <= moment and (one["finished"] is None or one["finished"] > moment)]


def label(container, name):
    return container["Config"]["Labels"][name]


def is_live(container):
    return container["State"]["Status"] in ("running", "paused", "restarting")


def acknowledged_are_there(facts, record):
    """202: the operation was committed."""
    for operation_id, request in record.acknowledged.items():
        if operation_id not in facts.operations:
            yield f"operation {operation_id} ({request.verb} of {request.user}) was acknowledged and is lost"


def operations_ended(facts, since, excuses):
    """All operations, those of nobody included, and not for no reason."""
    for operation_id, operation in facts.operations.items():
        what = f"operation {operation_id} ({operation['kind']} of {operation['user_id']})"
        why = f"{operation['error_code']} {operation['error_message']}"
        if operation["status"] not in ENDED:
            yield f"{what} is still {operation['status']}"
        elif operation["finished"] < since:  # Told of in an earlier round.
            continue
        elif operation["status"] == "failed" and operation["error_code"] not in excuses:
            yield f"{what} failed: {why}"
        elif operation["status"] == "cancelled" and operation["superseded_by"] is None:
            yield f"{what} was cancelled by nobody: {why}"


def done_was_done(facts, record):
    """200: an operation that did it succeeded between request and answer."""
    succeeded = defaultdict(list)
    for operation in facts.operations.values():
        if operation["status"] == "succeeded":
            succeeded[operation["user_id"], operation["kind"]].append(operation["finished"])
    for request, _ in record.done:
        # A start of what never ran is a provision.
        kinds = (request.verb, "provision") if request.verb == "start" else (request.verb,)
        ends = [end for kind in kinds for end in succeeded[request.user, kind]]
        if not any(request.sent - SLACK_S <= end <= request.answered + SLACK_S for end in ends):
            yield f"{request.verb} of {request.user} was answered 200 and no operation did it"


def rows_follow_operations(facts):
    """The last operation of an engine decides what its row says; the row of a destroyed one is gone."""
    last = {operation["engine_id"]: operation for operation in facts.operations.values()}
    for engine_id, operation in last.items():
        row = facts.rows.get(engine_id)
        what = f"engine {engine_id} after operation {operation['operation_id']} ({operation['kind']}, {operation['status']})"
        if operation["kind"] == "destroy" and operation["status"] == "succeeded":
            if row is not None:
                yield f"{what} still has a row"
        elif row is None:
            yield f"{what} has no row"
        elif operation["status"] == "succeeded" and row["status"] != AFTER[operation["kind"]]:
            yield f"{what} is {row['status']}"
        elif row["status"] in ("provisioning", "destroying") or row["pending_key_hash"] is not None:
            yield f"{what} is left in the middle: {row['status']}"


def one_container_each(facts):
    for engine_id, count in Counter(label(one, ENGINE) for one in facts.containers).items():
        if count > 1:
            names = [one["Name"] for one in facts.of(engine_id)]
            yield f"engine {engine_id} has {count} containers: {' '.join(names)}"
        if engine_id not in facts.rows:
            yield f"container {facts.of(engine_id)[0]['Name']} is left of an engine that is no more"


def live_containers_are_running_rows(facts):
    for engine_id, row in facts.rows.items():
        live = [one for one in facts.of(engine_id) if is_live(one)]
        what = f"engine {engine_id} of {row['user_id']} is {row['status']}"
        if row["status"] == "running" and not live:
            yield f"{what} and no container lives"
        elif row["status"] != "running" and live:
            yield f"{what} and {live[0]['Name']} lives"
        elif live and label(live[0], INCARNATION) != str(row["incarnation"]):
            yield f"{what} in incarnation {row['incarnation']} and the container is of {label(live[0], INCARNATION)}"


def volumes_are_rows(facts):
    for engine_id, count in facts.volumes.items():
        if engine_id not in facts.rows:
            yield f"the volume of engine {engine_id} is left, though the engine is no more"
        if count > 1:
            yield f"engine {engine_id} has {count} volumes"
    for engine_id, row in facts.rows.items():
        # One whose first provision was stopped or failed may not have got that far.
        if engine_id not in facts.volumes and (row["ever_ran"] or row["brain_image_id"] is not None):
            yield f"the volume of engine {engine_id} of {row['user_id']} ({row['status']}) is lost"


def api_tells_the_same(facts, installation):
    _, answer = installation.api("GET", "/engines?limit=1000")
    told = {engine["engine_id"]: engine["status"] for engine in answer["engines"]}
    rows = {engine_id: row["status"] for engine_id, row in facts.rows.items()}
    if told != rows:
        yield f"the API lists {told} and the rows say {rows}"


def engines_work(facts, installation, users, record):
    """Running ones take their latest key, no earlier one, and remember; the others do not answer."""
    replaced = defaultdict(set)
    for operation_id, request in record.acknowledged.items():
        operation = facts.operations.get(operation_id)
        if request.verb == "rotate_key" and operation and operation["status"] == "succeeded":
            replaced[request.engine_id].add(request.key)
    for user in users:
        user.settle(installation)
        if user.status == "running":
            user.engine.retired |= replaced[user.engine.engine_id] - {None}
            yield from _engine_works(user.name, user.engine)
        elif user.engine is not None and _takes(user.engine, user.engine.key):
            yield f"engine {user.engine.engine_id} of {user.name} is {user.status} and answers"


def _engine_works(name, engine):
    what = f"engine {engine.engine_id} of {name}"
    try:
        turn = engine.say("do you remember?")
        if not engine.remembers(turn):
            yield (f"{what} has lost its brain: turn {turn}, of {engine.turns_begun} that were begun"
                   f" and {engine.turns_completed} that were completed")
    except KeyRefused:
        yield f"{what} refuses its latest key"
    except OSError as failed:
        yield f"{what} does not answer: {failed!r}"
    if any(_takes(engine, key) for key in engine.retired):
        yield f"{what} still takes a key that was rotated away"


def _takes(engine, key):
    """Whether the engine answers to a key. A port may lead to another engine: a daemon that crashed can forget to close it."""
    try:
        return bool(engine.url and turn_of(engine.url, key, "am I still welcome?"))
    except (KeyRefused, OSError):
        return False


def answers_kept(facts, record, users):
    """A key that was handed out with a 200 is the engine's as long as no other rotation came after it."""
    by_user = {user.name: user for user in users}
    for request, answer in record.done:
        key = answer.get("api_key")
        later = [one for one in facts.operations.values() if one["user_id"] == request.user
                 and one["kind"] in ("rotate_key", "destroy") and one["created"] > request.answered]
        engine = by_user[request.user].engine
        if key and not later and engine and engine.engine_id == request.engine_id and engine.key != key:
            yield f"{request.verb} of {request.user} was answered with a key that engine {request.engine_id} does not have"


def identities(facts, engine_ids):
    """By engine: its containers, and since when they run."""
    return {engine_id: [(one["Id"], one["State"]["StartedAt"]) for one in facts.of(engine_id)] for engine_id in engine_ids}


def bystanders_untouched(before, now, same_process):
    """Engines that nobody asked anything of are in the container that they were in, and in the same process."""
    for engine_id, was in before.items():
        kept = [one[: 2 if same_process else 1] for one in was]
        found = [one[: 2 if same_process else 1] for one in now[engine_id]]
        if kept != found:
            yield f"bystander {engine_id} was {kept} and is {found}"


def all_violations(facts, installation, record, users, since, excuses):
    """Of everything but bystanders."""
    checks = [
        acknowledged_are_there(facts, record),
        operations_ended(facts, since, excuses),
        done_was_done(facts, record),
        rows_follow_operations(facts),
        one_container_each(facts),
        live_containers_are_running_rows(facts),
        volumes_are_rows(facts),
        api_tells_the_same(facts, installation),
        engines_work(facts, installation, users, record),
        answers_kept(facts, record, users),
    ]
    return [violation for check in checks for violation in check]
