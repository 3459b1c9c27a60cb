#!/bin/sh
# Boot and memory, side by side: plain `java -jar` against bin/engine. Usage: bench/boot.sh [runs]
# Build first: mvn -q package
set -eu
cd "${0%/*}"
java=java
[ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
exec "$java" -XX:TieredStopAtLevel=1 Boot.java ../target/dist "${1:-15}"
