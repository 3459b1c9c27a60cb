# What the drills share: a machine in the machine, and images for its Docker daemon. To be sourced.
# shellcheck shell=bash disable=SC2154,SC2034 # drill is the script's, and exit codes are for it
# Before it is sourced, set drill to the script's name. `prepare_machine` sets work and cgroup.

failed=1
wrong_usage=2
missing=3
engine_image=september-engine:$drill
export ORCHESTRATOR_IMAGE=bap-engine:$drill
PATH=$PATH:/usr/sbin:/sbin

fail() {
    echo "$drill: ${*:2}" >&2
    exit "$1"
}

say() {
    printf '== %s (after %s s)\n' "$*" "$SECONDS" >&2
}

need() {
    local program
    [ "$(id -u)" = 0 ] || fail $missing "needs root for namespaces of its own."
    for program in ip unshare setpriv python3 "$@"; do
        command -v "$program" >/dev/null || fail $missing "needs $program: install it, or run .ci/lab up."
    done
}

# What .env or this shell says of an installation must not change this one; the names of images may.
compose() {
    local images=()
    mapfile -t images < <(env | grep -E '^[A-Z_]+_IMAGE=' || true)
    env -i PATH="$PATH" HOME="$HOME" ${DOCKER_HOST:+DOCKER_HOST="$DOCKER_HOST"} "${images[@]}" \
        docker compose --env-file /dev/null "$@"
}

# Images come from the daemon that is there, as everybody's do, and go to the drill's in a file.
save_images() {
    local images
    say "Building images"
    compose build --quiet orchestrator >&2 || fail $failed "the orchestrator's image cannot be built, see above."
    docker build --quiet --build-arg JDK_IMAGE --build-arg JRE_IMAGE -t "$engine_image" --target prod engine >&2 ||
        fail $failed "the engine's image cannot be built, see above."
    mapfile -t images < <(compose config --images | sort -u)
    say "Saving images"
    docker save -o "$work/images.tar" "$engine_image" "${images[@]}" ||
        fail $failed "an image is missing: pull it (docker compose pull), or name the lab's by eval \"\$(.ci/lab env)\"."
    docker image rm "$engine_image" "$ORCHESTRATOR_IMAGE" >/dev/null
}

# A machine in the machine: its process 1, a shell that reaps orphans, takes all others along when it ends, and it ends
# with this script.
in_machine() {
    local code=0
    # shellcheck disable=SC2016 # it is the inner shell that expands
    setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child --mount-proc bash -c '
        mount -t tmpfs tmpfs /run && ip link set lo up || exit
        "$@"
        exit $?' "$drill" "$@" &
    machine=$!
    wait "$machine" || code=$?
    machine=
    return $code
}

# shellcheck disable=SC2317 # a trap
clean_up() {
    trap '' INT TERM
    [ -z "$machine" ] || { kill -KILL "$machine" && wait "$machine"; } 2>/dev/null || true
    # The kernel needs a moment to end what was in it.
    for _ in {1..100}; do
        rm -rf --one-file-system "$work" 2>/dev/null || true
        find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || true
        [ -e "$work" ] || [ -n "$(find /sys/fs/cgroup -type d -name "$cgroup")" ] || return 0
        sleep 0.1
    done
    echo "$drill: something is left in $work or in the cgroups $cgroup: remove it by hand" >&2
}

# A folder and a cgroup, which go with the script.
prepare_machine() {
    work=$(mktemp -d)
    cgroup=bap-$drill-$$
    machine=
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}
