#!/bin/bash
# Run by the postgres image once, when its volume is empty: two roles that know nothing of each other. The orchestrator's
# role, password and database are those that ORCH_DATABASE_URL names; Temporal has a role and databases of its own.
set -euo pipefail

# decode TEXT: what is percent-encoded in an address.
decode() {
    local escaped=${1//\\/\\\\}
    printf '%b' "${escaped//%/\\x}"
}

# create ROLE PASSWORD DATABASE...: databases that only their owner can connect to.
create() {
    local role=$1 password=$2 database
    # By its environment: arguments can be seen by everybody.
    PASSWORD=$password psql -v ON_ERROR_STOP=1 -v role="$role" -U "$POSTGRES_USER" -d postgres <<'SQL'
\set password `printf %s "$PASSWORD"`
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
    for database in "${@:3}"; do
        psql -v ON_ERROR_STOP=1 -v role="$role" -v database="$database" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE DATABASE :"database" OWNER :"role";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SQL
    done
}

address='^(jdbc:)?postgres(ql)?://([^:/@?]+):([^/@?]+)@[^/?]+/([^/?]+)'
fail() {
    echo "postgres-init: $*" >&2
    echo "postgres-init: mend .env, then make the volume anew: docker compose down --volumes" >&2
    exit 1
}

[[ $ORCH_DATABASE_URL =~ $address ]] ||
    fail "ORCH_DATABASE_URL is not postgresql://user:password@host:port/database, so its database cannot be made"
role=$(decode "${BASH_REMATCH[3]}") password=$(decode "${BASH_REMATCH[4]}") database=$(decode "${BASH_REMATCH[5]}")
[ "$role" != temporal ] || fail "the user temporal of ORCH_DATABASE_URL is Temporal's own: name another one"
create "$role" "$password" "$database" || fail "the database of ORCH_DATABASE_URL could not be made, see above"
create temporal "$TEMPORAL_DB_PASSWORD" temporal temporal_visibility || fail "Temporal's databases could not be made, see above"
