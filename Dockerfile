# The orchestrator's image: API, worker, database migration and key generator in one, told apart by the command.
#   docker build -t bap-engine:local . && docker run --rm bap-engine:local --help
# Needs nothing but Docker, with BuildKit or the classic builder.

# Builds: Maven with a JDK, 17 or newer.
ARG JDK_IMAGE=maven:3.9-eclipse-temurin-25
# Runs: a JRE that is no older than 17, in an image with sh and bash.
ARG JRE_IMAGE=eclipse-temurin:25-jre

# The POMs alone, so that the layer with the libraries is made anew only when one of them changes.
FROM ${JDK_IMAGE} AS sources
WORKDIR /sources
COPY . .
RUN mkdir /poms && find . -name pom.xml -exec cp --parents {} /poms ';'

FROM ${JDK_IMAGE} AS build
WORKDIR /build
COPY --from=sources /poms/ ./
# exec.skip: what finishes the engine's distribution, which is not in this image.
ENV MAVEN_FLAGS="-B -ntp -q -Dquick -Dmaven.test.skip=true -Dexec.skip=true -pl local -am"
RUN mvn $MAVEN_FLAGS package && rm -rf target */target testing/registry/target
COPY --from=sources /sources/ ./
RUN mvn $MAVEN_FLAGS package
# What others made apart from what we did: a change of ours ships only that layer. Embedded PostgreSQL is for ./bap dev.
# Times are made the same in every build, and so the layers.
RUN mkdir -p /layers/code/lib && mv local/target/dist /layers/libraries && cd /layers \
    && rm libraries/lib/embedded-postgres-binaries-*.jar \
    && mv libraries/bap.jar code/ \
    && for module in registry workflows activities process worker api; do mv libraries/lib/$module-*.jar code/lib/ || exit 1; done \
    && find /layers -exec touch -d 2026-11-24T00:00:00Z {} +

FROM ${JRE_IMAGE} AS prod
COPY docker/health docker/jvm.options /opt/bap/
# A user of its own, made without tools that not every base has. And what Netty and protobuf do, newer JVMs want to be
# told to allow, which older ones do not understand.
RUN echo 'bap:x:10001:10001::/opt/bap:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'bap:x:10001:' >> /etc/group \
    && newer='--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED' \
    && if java $newer -version 2>/dev/null; then echo "$newer" >> /opt/bap/jvm.options; fi
COPY --from=build /layers/libraries/ /opt/bap/
COPY --from=build /layers/code/ /opt/bap/
USER 10001:10001
# An operator's config.yml may be mounted here.
WORKDIR /opt/bap
# 8000 for products; the admin port (API 8081, worker 8082) has no key, so it is for operators and never published.
EXPOSE 8000
# No shell: the JVM is the process that gets the signals.
ENTRYPOINT ["java", "@/opt/bap/jvm.options", "-jar", "/opt/bap/bap.jar"]
CMD ["--help"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/opt/bap/health"]
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bap-engine" \
      org.opencontainers.image.description="Gives every user of a product an AI agent engine of their own, by durable workflows." \
      org.opencontainers.image.version="0.1.0-SNAPSHOT" \
      org.opencontainers.image.revision="${REVISION}"
