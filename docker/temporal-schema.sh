#!/bin/sh
# Brings Temporal's two databases to the version that this image's server needs; again and again does no harm.
# Where they are and who asks is in SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD and SQL_PLUGIN; the schema is in the tool.
set -eu

for schema in temporal visibility; do
    SQL_DATABASE=temporal
    [ "$schema" = temporal ] || SQL_DATABASE=temporal_visibility
    export SQL_DATABASE
    temporal-sql-tool setup-schema --version 0.0
    temporal-sql-tool update-schema --schema-name "postgresql/v12/$schema"
done
