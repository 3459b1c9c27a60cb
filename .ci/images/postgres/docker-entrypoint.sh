#!/usr/bin/env bash
# Starts PostgreSQL as the official image documents it: an empty PGDATA gets a database cluster by POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS (each also as …_FILE) and POSTGRES_HOST_AUTH_METHOD, and what lies in
# /docker-entrypoint-initdb.d is run once, with a server that listens on the socket only. Other commands run as they are.
set -Eeuo pipefail

fail() {
    echo "Error: $*" >&2
    exit 1
}

# setting NAME DEFAULT: exports NAME, from the file that NAME_FILE names where that is set.
setting() {
    local file=$1_FILE
    [ -z "${!1:-}" ] || [ -z "${!file:-}" ] || fail "both $1 and $file are set"
    if [ -n "${!file:-}" ]; then
        export "$1=$(<"${!file}")"
    else
        export "$1=${!1:-$2}"
    fi
    unset "$file"
}

read_settings() {
    setting POSTGRES_PASSWORD ''
    setting POSTGRES_USER postgres
    setting POSTGRES_DB "$POSTGRES_USER"
    setting POSTGRES_INITDB_ARGS ''
    auth_method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
}

own_folders() {
    mkdir -p "$PGDATA" /var/run/postgresql
    chmod 0700 "$PGDATA"
    chmod 3775 /var/run/postgresql
    find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres '{}' +
}

create_cluster() {
    local arguments
    read -ra arguments <<<"$POSTGRES_INITDB_ARGS"
    initdb --username="$POSTGRES_USER" --pwfile=<(echo "$POSTGRES_PASSWORD") "${arguments[@]}"
    echo "host all all all $auth_method" >>"$PGDATA/pg_hba.conf"
}

sql() {
    PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"
}

create_database() {
    [ "$POSTGRES_DB" = postgres ] || sql --dbname postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
}

run_init_file() {
    echo "$0: running $1"
    # A script that is not executable is sourced: it may change what the rest sees.
    # shellcheck source=/dev/null
    case $1 in
        *.sh) if [ -x "$1" ]; then "$1"; else . "$1"; fi ;;
        *.sql) sql --dbname "$POSTGRES_DB" -f "$1" ;;
        *.sql.gz) gunzip -c "$1" | sql --dbname "$POSTGRES_DB" ;;
        *) echo "$0: ignored $1" ;;
    esac
}

# initialize [OPTION...]: with the server options of the command line.
initialize() {
    local file
    [ -n "$POSTGRES_PASSWORD" ] || [ "$auth_method" = trust ] ||
        fail "Database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD"
    create_cluster
    export PGPASSWORD=$POSTGRES_PASSWORD
    PGUSER=$POSTGRES_USER pg_ctl -w start -o "$(printf '%q ' "$@" -c listen_addresses='')"
    create_database
    for file in /docker-entrypoint-initdb.d/*; do
        [ ! -e "$file" ] || run_init_file "$file"
    done
    pg_ctl -m fast -w stop
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

# Whether postgres shall only say something about itself.
only_tells() {
    local argument
    for argument; do
        case $argument in '-?' | --help | --describe-config | -V | --version) return ;; esac
    done
    return 1
}

case ${1:-} in -*) set -- postgres "$@" ;; esac
if [ "${1:-}" = postgres ] && ! only_tells "$@"; then
    # First: a file with a secret may be root's only.
    read_settings
    if [ "$(id -u)" = 0 ]; then
        own_folders
        exec gosu postgres "$0" "$@"
    fi
    if [ -s "$PGDATA/PG_VERSION" ]; then
        printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
    else
        initialize "${@:2}"
    fi
fi
exec "$@"
