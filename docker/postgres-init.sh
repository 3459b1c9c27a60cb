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
    psql -v ON_ERROR_STOP=1 -v role="$role" -v password="$password" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
    for database in "${@:3}"; do
        psql -v ON_ERROR_STOP=1 -v role="$role" -v database="$database" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE DATABASE :"database" OWNER :"role";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SQL
    done
}

address='^postgres(ql)?://([^:/@?]+):([^/@?]+)@[^/?]+/([^/?]+)'
if [[ ! $ORCH_DATABASE_URL =~ $address ]]; then
    echo "postgres-init: ORCH_DATABASE_URL is not postgresql://user:password@host:port/database, so its database cannot be made" >&2
    exit 1
fi
create "$(decode "${BASH_REMATCH[2]}")" "$(decode "${BASH_REMATCH[3]}")" "$(decode "${BASH_REMATCH[4]}")"
create temporal "$TEMPORAL_DB_PASSWORD" temporal temporal_visibility
