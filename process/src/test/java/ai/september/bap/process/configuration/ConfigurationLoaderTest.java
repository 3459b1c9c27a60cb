package ai.september.bap.process.configuration;

import static ai.september.bap.process.configuration.Variables.complete;
import static ai.september.bap.process.configuration.Variables.completeWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.september.bap.process.Role;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.vault.MasterKey;
import ai.september.bap.registry.vault.MasterKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationLoaderTest {

    @TempDir
    Path folder;

    @Test
    void whatIsNotSetHasTheDocumentedDefault() {
        OrchestratorConfiguration configuration = ConfigurationLoader.load(Role.API, complete());

        assertThat(configuration.http()).isEqualTo(new HttpSettings(new BindAddress("0.0.0.0"), 8000, 8081, 64, 2000));
        assertThat(configuration.database().poolSize()).isEqualTo(32);
        assertThat(configuration.temporal().address()).isEqualTo("127.0.0.1:7233");
        assertThat(configuration.temporal().namespace()).isEqualTo("default");
        assertThat(configuration.temporal().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(configuration.temporal().isEncrypted()).isFalse();
        assertThat(configuration.worker()).isEqualTo(new WorkerSettings(200, 200, 200, 5, 5, 600));
        EngineSettings engine = configuration.engine();
        assertThat(engine.image()).isEqualTo(new ImageRef("september-engine:2.3.0"));
        assertThat(engine.imagesAllowed()).isEmpty();
        assertThat(engine.backend()).isEqualTo(EngineBackend.DOCKER);
        assertThat(engine.network()).isEqualTo("engine_net");
        assertThat(engine.urlMode()).isEqualTo(EngineUrlMode.NETWORK);
        assertThat(engine.ports()).isEqualTo(new PortRange(9001, 9999));
        assertThat(engine.hostId()).isEmpty();
        assertThat(engine.catalogPath()).isEmpty();
        assertThat(engine.migrateCommand()).containsExactly("migrate");
        assertThat(engine.bootTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(engine.stopGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(engine.envPassthrough())
                .containsExactly(
                        "LLM_PROVIDER",
                        "LLM_MODEL",
                        "LLM_BASE_URL",
                        "LLM_API_KEY",
                        "ANTHROPIC_API_KEY",
                        "OPENAI_API_KEY",
                        "GEMINI_API_KEY");
        assertThat(configuration.operations())
                .isEqualTo(new OperationSettings(Duration.ofMinutes(2), Duration.ofDays(30), Duration.ofDays(90)));
        assertThat(configuration.keys().failuresPerMinute()).isEqualTo(600);
        assertThat(configuration.keys().trustedProxies()).isEmpty();
        assertThat(configuration.log()).isEqualTo(new LogSettings(LogLevel.INFO, LogFormat.TEXT));
        assertThat(configuration.warnings()).isEmpty();
    }

    @Test
    void whatIsNotSetOfHealthHasTheDocumentedDefault() {
        assertThat(ConfigurationLoader.load(Role.WORKER, complete()).health())
                .isEqualTo(new HealthSettings(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        3,
                        Duration.ofSeconds(300),
                        Duration.ofSeconds(600),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(300),
                        8,
                        Duration.ofSeconds(600),
                        4));
    }

    @Test
    void everyVariableOfHealthReachesItsSetting() {
        HealthSettings health = ConfigurationLoader.load(
                        Role.WORKER,
                        completeWith(
                                "ORCH_HEALTH_CHECK_INTERVAL_S", "1",
                                "ORCH_HEALTH_CHECK_TIMEOUT_S", "2",
                                "ORCH_HEALTH_MAX_FAILURES", "3",
                                "ORCH_MASS_FAILURE_HOLD_S", "4",
                                "ORCH_HOST_GRACE_S", "65",
                                "ORCH_RESTART_BACKOFF_BASE_S", "6",
                                "ORCH_RESTART_BACKOFF_MAX_S", "7",
                                "ORCH_RESTART_MAX_ATTEMPTS", "8",
                                "ORCH_RESTART_STABLE_S", "9",
                                "ORCH_RESTARTS_AT_ONCE", "10"))
                .health();

        assertThat(health)
                .isEqualTo(new HealthSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        3,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(65),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        8,
                        Duration.ofSeconds(9),
                        10));
    }

    @Test
    void theLongestPauseIsNotShorterThanTheFirst() {
        assertThatThrownBy(() -> ConfigurationLoader.load(
                        Role.WORKER,
                        completeWith("ORCH_RESTART_BACKOFF_BASE_S", "60", "ORCH_RESTART_BACKOFF_MAX_S", "30")))
                .hasMessageContaining("ORCH_RESTART_BACKOFF_MAX_S")
                .hasMessageContaining("shorter than the first pause");
    }

    @Test
    void whatIsNotSetForContainersHasTheDocumentedDefault() {
        ContainerSettings docker =
                ConfigurationLoader.load(Role.WORKER, complete()).engine().docker();

        assertThat(docker)
                .isEqualTo(new ContainerSettings(
                        "unix:///var/run/docker.sock",
                        false,
                        Optional.empty(),
                        PullPolicy.NEVER,
                        Optional.empty(),
                        true,
                        4,
                        new ContainerLimits(
                                new ContainerShare(256L << 20, 1_000_000_000L, 256),
                                new ContainerShare(256L << 20, 1_000_000_000L, 256),
                                Optional.empty(),
                                0)));
    }

    @Test
    void everyVariableForContainersReachesItsSetting(@TempDir Path certificates) throws IOException {
        Files.createFile(certificates.resolve("ca.pem"));
        ContainerSettings docker = ConfigurationLoader.load(
                        Role.WORKER,
                        completeWith(
                                "DOCKER_HOST", "tcp://docker:2376",
                                "DOCKER_TLS_VERIFY", "1",
                                "DOCKER_CERT_PATH", certificates.toString(),
                                "ORCH_ENGINE_PULL_POLICY", "missing",
                                "ORCH_ENGINE_PROBE_VIA", "host",
                                "ORCH_ENGINE_PUBLISH_PORTS", "false",
                                "ORCH_ENGINE_STARTS_AT_ONCE", "8",
                                "ORCH_ENGINE_MEMORY", "1g",
                                "ORCH_ENGINE_CPUS", "0.5",
                                "ORCH_ENGINE_PIDS", "100",
                                "ORCH_ENGINE_MEMORY_MAX", "2g",
                                "ORCH_ENGINE_CPUS_MAX", "4",
                                "ORCH_ENGINE_PIDS_MAX", "1000",
                                "ORCH_HOST_MEMORY_BUDGET", "2048M",
                                "ORCH_HOST_MEMORY_RESERVE", "1g"))
                .engine()
                .docker();

        assertThat(docker)
                .isEqualTo(new ContainerSettings(
                        "tcp://docker:2376",
                        true,
                        Optional.of(certificates),
                        PullPolicy.MISSING,
                        Optional.of(EngineUrlMode.HOST),
                        false,
                        8,
                        new ContainerLimits(
                                new ContainerShare(1L << 30, 500_000_000L, 100),
                                new ContainerShare(2L << 30, 4_000_000_000L, 1000),
                                Optional.of(2L << 30),
                                1L << 30)));
    }

    @Test
    void enginesGetMostOfTheMemoryThatIsNotReserved() {
        long gigabyte = 1L << 30;

        assertThat(limits().hostBudget(10 * gigabyte)).isEqualTo(8 * gigabyte);
        assertThat(limits("ORCH_HOST_MEMORY_RESERVE", "5g").hostBudget(10 * gigabyte))
                .isEqualTo(4 * gigabyte);
        assertThat(limits("ORCH_HOST_MEMORY_RESERVE", "5g").hostBudget(4 * gigabyte))
                .isZero();
        assertThat(limits("ORCH_HOST_MEMORY_RESERVE", "5g", "ORCH_HOST_MEMORY_BUDGET", "9g")
                        .hostBudget(10 * gigabyte))
                .isEqualTo(9 * gigabyte);
    }

    private static ContainerLimits limits(String... variables) {
        return ConfigurationLoader.load(Role.WORKER, completeWith(variables))
                .engine()
                .docker()
                .limits();
    }

    @Test
    void withoutPortsProductsAreToldNames() {
        assertThat(problems(
                        Role.API, completeWith("ORCH_ENGINE_PUBLISH_PORTS", "false", "ORCH_ENGINE_URL_MODE", "host")))
                .singleElement()
                .asString()
                .startsWith("ORCH_ENGINE_PUBLISH_PORTS")
                .contains("use true, or network there");
        assertThat(problems(
                        Role.API,
                        completeWith(
                                "ORCH_ENGINE_PUBLISH_PORTS",
                                "false",
                                "ORCH_ENGINE_BACKEND",
                                "subprocess",
                                "ORCH_ALLOW_SUBPROCESS",
                                "true")))
                .singleElement()
                .asString()
                .contains("have nothing but their ports");
    }

    @Test
    void everyVariableReachesItsSetting() {
        OrchestratorConfiguration configuration = ConfigurationLoader.load(
                Role.API,
                completeWith(
                        "ORCH_BIND_HOST", "127.0.0.1",
                        "ORCH_API_PORT", "18000",
                        "ORCH_ADMIN_PORT", "18081",
                        "ORCH_API_REQUESTS_AT_ONCE", "17",
                        "ORCH_API_REQUESTS_WAITING", "99",
                        "ORCH_API_DB_POOL", "7",
                        "TEMPORAL_ADDRESS", "temporal:7233",
                        "TEMPORAL_NAMESPACE", "bap",
                        "TEMPORAL_NAMESPACE_RETENTION_DAYS", "3",
                        "ORCH_WORKER_STEPS", "1",
                        "ORCH_WORKER_WORKFLOW_TASKS", "2",
                        "ORCH_WORKER_RECORDS", "3",
                        "ORCH_WORKER_STEP_POLLERS", "4",
                        "ORCH_WORKER_WORKFLOW_POLLERS", "5",
                        "ORCH_WORKER_CACHED_RUNS", "0",
                        "TEMPORAL_TLS", "true",
                        "TEMPORAL_TLS_SERVER_NAME", "frontend",
                        "TEMPORAL_API_KEY", "tmprl-key",
                        "ORCH_ENGINE_IMAGE", "mine:1",
                        "ORCH_ENGINE_IMAGES_ALLOWED", "mine:*, other/*:2.?",
                        "ORCH_ENGINE_BACKEND", "subprocess",
                        "ORCH_ALLOW_SUBPROCESS", "true",
                        "DOCKER_HOST", "tcp://docker:2375",
                        "ORCH_HOST_ID", "host-1",
                        "ORCH_ENGINE_ENV_PASSTHROUGH", "A, B",
                        "ORCH_ENGINE_NETWORK", "net",
                        "ORCH_PORT_MIN", "9100",
                        "ORCH_PORT_MAX", "9100",
                        "ORCH_CATALOG_MOUNT_PATH", "/srv/catalog",
                        "ORCH_ENGINE_MIGRATE_COMMAND", "python -m brain upgrade",
                        "ORCH_BOOT_TIMEOUT_S", "5",
                        "ORCH_STOP_GRACE_S", "6",
                        "ORCH_OPERATION_RETENTION_DAYS", "1",
                        "ORCH_ADMIN_KEYS", "alice:key-of-alice",
                        "ORCH_AUTH_FAILURES_RPM", "7",
                        "ORCH_TRUSTED_PROXIES", "10.0.0.0/8, ::1",
                        "ORCH_AUDIT_RETENTION_DAYS", "2",
                        "ORCH_LOG_LEVEL", "debug",
                        "ORCH_LOG_FORMAT", "json"));

        assertThat(configuration.http())
                .isEqualTo(new HttpSettings(new BindAddress("127.0.0.1"), 18000, 18081, 17, 99));
        assertThat(configuration.database().poolSize()).isEqualTo(7);
        assertThat(configuration.database().url().password()).isEqualTo("p@ss");
        assertThat(configuration.masterKeys()).isEqualTo(MasterKeys.of(MasterKey.parse(Variables.MASTER_KEY)));
        assertThat(configuration.keys().admin().name(Variables.ADMIN_KEY)).contains("admin");
        assertThat(configuration.keys().admin().name("key-of-alice")).contains("alice");
        assertThat(configuration.keys().failuresPerMinute()).isEqualTo(7);
        assertThat(configuration.keys().trustedProxies())
                .containsExactly(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1"));
        assertThat(configuration.temporal().address()).isEqualTo("temporal:7233");
        assertThat(configuration.temporal().namespace()).isEqualTo("bap");
        assertThat(configuration.temporal().retention()).isEqualTo(Duration.ofDays(3));
        assertThat(configuration.temporal().tls().enabled()).isTrue();
        assertThat(configuration.temporal().tls().serverName()).contains("frontend");
        assertThat(configuration.temporal().apiKey()).contains(new Secret("tmprl-key"));
        assertThat(configuration.worker()).isEqualTo(new WorkerSettings(1, 2, 3, 4, 5, 0));
        EngineSettings engine = configuration.engine();
        assertThat(engine.image()).isEqualTo(new ImageRef("mine:1"));
        assertThat(engine.imagesAllowed()).containsExactly("mine:*", "other/*:2.?");
        assertThat(engine.backend()).isEqualTo(EngineBackend.SUBPROCESS);
        assertThat(engine.urlMode()).isEqualTo(EngineUrlMode.HOST);
        assertThat(engine.docker().host()).isEqualTo("tcp://docker:2375");
        assertThat(engine.hostId()).contains(new HostId("host-1"));
        assertThat(engine.envPassthrough()).containsExactly("A", "B");
        assertThat(engine.network()).isEqualTo("net");
        assertThat(engine.ports()).isEqualTo(new PortRange(9100, 9100));
        assertThat(engine.catalogPath()).contains(Path.of("/srv/catalog"));
        assertThat(engine.migrateCommand()).containsExactly("python", "-m", "brain", "upgrade");
        assertThat(configuration.operations())
                .isEqualTo(new OperationSettings(Duration.ofSeconds(41), Duration.ofDays(1), Duration.ofDays(2)));
        assertThat(configuration.log()).isEqualTo(new LogSettings(LogLevel.DEBUG, LogFormat.JSON));
    }

    @Test
    void aRequestWaitOfItsOwnGoesBeforeTheDerivedOne() {
        OrchestratorConfiguration configuration =
                ConfigurationLoader.load(Role.API, completeWith("ORCH_REQUEST_WAIT_S", "7"));

        assertThat(configuration.operations().requestWait()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theMigrateCommandNoneMeansThatTheImageMigratesAtBoot() {
        OrchestratorConfiguration configuration =
                ConfigurationLoader.load(Role.WORKER, completeWith("ORCH_ENGINE_MIGRATE_COMMAND", "none"));

        assertThat(configuration.engine().migrateCommand()).isEmpty();
    }

    @Test
    void theWorkerNeedsNoKeysAndHasAnAdminPortAndPoolOfItsOwn() {
        OrchestratorConfiguration worker =
                ConfigurationLoader.load(Role.WORKER, Map.of("ORCH_DATABASE_URL", "postgresql://orch@db/orchestrator"));

        assertThat(worker.http().adminPort()).isEqualTo(8082);
        assertThat(worker.database().poolSize()).isEqualTo(32);
        assertThatThrownBy(worker::keys).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(worker::masterKeys).isInstanceOf(IllegalStateException.class);
    }

    private static EngineLogSettings engineLogs(String... variables) {
        return ConfigurationLoader.load(Role.WORKER, completeWith(variables)).engineLogs();
    }

    @Test
    void aWorkerServesOutputWhereItListensOrTowardsTheDatabaseButNotEverywhere() {
        String database = "postgresql://orch@db:5433,other:5432/orchestrator";

        assertThat(engineLogs("ORCH_DATABASE_URL", database))
                .isEqualTo(new EngineLogSettings(new BindAddress("towards:db"), 0, null));
        assertThat(engineLogs("ORCH_DATABASE_URL", "postgresql://orch@[::1]/orchestrator")
                        .bindHost())
                .isEqualTo(new BindAddress("towards:::1"));
        assertThat(engineLogs("ORCH_BIND_HOST", "towards:worker-admin").bindHost())
                .isEqualTo(new BindAddress("towards:worker-admin"));
        assertThat(engineLogs(
                        "ORCH_BIND_HOST", "127.0.0.1",
                        "ORCH_ENGINE_LOGS_BIND_HOST", "10.0.0.7",
                        "ORCH_ENGINE_LOGS_PORT", "8090",
                        "ORCH_ENGINE_LOGS_ADDRESS", "worker-1.example:18090"))
                .isEqualTo(new EngineLogSettings(new BindAddress("10.0.0.7"), 8090, "worker-1.example:18090"));
    }

    @Test
    void allThatIsMissingIsToldAtOnceWithVariableAndRemedy() {
        assertThat(problems(Role.API, Map.of()))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("ORCH_DATABASE_URL is not set; ")
                                .contains("postgresql://"),
                        problem -> assertThat(problem)
                                .startsWith("ORCH_MASTER_KEY is not set; ")
                                .contains("keygen"),
                        problem -> assertThat(problem)
                                .startsWith("ORCH_ADMIN_KEY is not set; ")
                                .contains("keygen"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ORCH_API_PORT                  | 80000            | use a whole number from 0 to 65535
            ORCH_ENGINE_LOGS_BIND_HOST     | towards:         | use an address of this machine
            ORCH_ENGINE_LOGS_BIND_HOST     | 0.0.0.0          | not all of them
            ORCH_ENGINE_LOGS_PORT          | -1               | use a whole number from 0 to 65535
            ORCH_ENGINE_LOGS_ADDRESS       | http://w:1       | use host:port
            ORCH_API_REQUESTS_AT_ONCE      | 256              | use a whole number from 1 to 200
            ORCH_API_DB_POOL               | 1                | use a whole number from 4
            ORCH_API_PORT                  | 8000.0           | use a whole number
            ORCH_PORT_MIN                  | none             | use a whole number
            ORCH_PORT_MAX                  | 9000             | below the lowest port; use 9001 or more
            ORCH_BOOT_TIMEOUT_S            | 0                | use a whole number from 1
            ORCH_BOOT_TIMEOUT_S            | 60s              | use a whole number
            ORCH_ENGINE_BACKEND            | podman           | use docker or subprocess
            ORCH_ENGINE_BACKEND            | subprocess       | ORCH_ALLOW_SUBPROCESS=true
            ORCH_ALLOW_SUBPROCESS          | yes              | use true or false
            ORCH_ENGINE_URL_MODE           | public           | use network or host
            ORCH_ENGINE_IMAGE              | two words        | use an image's name
            ORCH_ENGINE_IMAGES_ALLOWED     | a b              | use names with * and ?
            ORCH_ENGINE_ENV_PASSTHROUGH    | ORCH_MASTER_KEY  | use names of variables other than ORCH_*
            ORCH_ENGINE_ENV_PASSTHROUGH    | A,engine_port    | other than ORCH_*, ENGINE_*
            ORCH_ENGINE_ENV_PASSTHROUGH    | A,TEMPORAL_X     | other than ORCH_*
            ORCH_ENGINE_ENV_PASSTHROUGH    | PGPASSWORD       | other than ORCH_*
            ORCH_ENGINE_ENV_PASSTHROUGH    | A=B              | use names of variables
            ORCH_ENGINE_NETWORK            | -x               | use letters, digits
            ORCH_ENGINE_NETWORK            | host             | none of the daemon's own
            ORCH_CATALOG_MOUNT_PATH        | catalog          | use an absolute path
            ORCH_HOST_ID                   | a/b              | use 1 to 128 letters
            DOCKER_HOST                    | ssh://x          | use unix:///path/of/socket
            DOCKER_TLS_VERIFY              | perhaps          | use 1 or 0
            DOCKER_CERT_PATH               | /no/such/folder  | name the folder with ca.pem
            ORCH_ENGINE_PULL_POLICY        | sometimes        | use never or missing or always
            ORCH_ENGINE_PROBE_VIA          | magic            | use network or host
            ORCH_ENGINE_STARTS_AT_ONCE     | 0                | use a whole number from 1
            ORCH_ENGINE_MEMORY             | plenty           | use a number of bytes
            ORCH_ENGINE_MEMORY             | 1k               | use a number of bytes
            ORCH_ENGINE_MEMORY             | 99999999999g     | use a number of bytes
            ORCH_ENGINE_CPUS               | 0                | use a number of processors
            ORCH_ENGINE_CPUS               | all              | use a number of processors
            ORCH_ENGINE_PIDS               | 1                | use a whole number from 16
            ORCH_ENGINE_MEMORY_MAX         | plenty           | use a number of bytes
            ORCH_ENGINE_MEMORY_MAX         | 128m             | less than what each engine has (256m); use as much or more
            ORCH_ENGINE_CPUS_MAX           | 0.5              | less than what each engine has (1); use as much or more
            ORCH_ENGINE_PIDS_MAX           | 15               | use a whole number from 16
            ORCH_ENGINE_PIDS_MAX           | 255              | less than what each engine has (256); use as much or more
            ORCH_HOST_MEMORY_BUDGET        | 255m             | less than one engine may have
            ORCH_HOST_MEMORY_RESERVE       | some             | use a number of bytes
            ORCH_AUTH_FAILURES_RPM         | -1               | use a whole number from 0 to 1000000
            ORCH_TRUSTED_PROXIES           | ::1,proxy.example | use addresses and ranges such as
            ORCH_TRUSTED_PROXIES           | 10.0.0.0/33      | use addresses and ranges such as
            ORCH_TRUSTED_PROXIES           | 10.0.0.1/8       | use addresses and ranges such as
            ORCH_TRUSTED_PROXIES           | 10.0.0.0/-1      | use addresses and ranges such as
            ORCH_TRUSTED_PROXIES           | 10.0.0.0/8/8     | use addresses and ranges such as
            ORCH_BIND_HOST                 | towards:         | use an address of this machine
            TEMPORAL_ADDRESS               | temporal         | use host:port
            TEMPORAL_ADDRESS               | http://t:7233    | use host:port
            TEMPORAL_TLS_CLIENT_CERT_PATH  | /no/such/file    | name a PEM file
            TEMPORAL_NAMESPACE_RETENTION_DAYS | 0             | use a whole number from 1 to 365
            ORCH_WORKER_WORKFLOW_POLLERS   | 1                | use a whole number from 2
            ORCH_LOG_LEVEL                 | loud             | use error or warn or info or debug or trace
            ORCH_TRACES                    | jaeger           | use none or otlp
            OTEL_EXPORTER_OTLP_ENDPOINT    | localhost:4317   | address for HTTP
            ORCH_OPERATION_RETENTION_DAYS  | -1               | use a whole number from 1
            """)
    void anIllegalValueIsRefusedWithTheLegalForm(String variable, String value, String remedy) {
        assertThat(problems(Role.API, completeWith(variable, value)))
                .singleElement()
                .asString()
                .startsWith(variable + " (")
                .contains(value.substring(value.indexOf(",") + 1))
                .contains(remedy)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ORCH_MASTER_KEY  | changeme                           | placeholder
            ORCH_MASTER_KEY  | $(python -c "print(1)")            | nothing has expanded
            ORCH_MASTER_KEY  | tooShortToBeAFernetKey             | 43 or 44 characters
            ORCH_MASTER_KEYS | AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= | are both set
            ORCH_ADMIN_KEYS  | key-without-a-name                 | without a proper name
            ORCH_ADMIN_KEYS  | alice:CHANGE_ME                    | placeholder
            ORCH_ADMIN_KEY   | CHANGE_ME                          | placeholder
            ORCH_ADMIN_KEY   | ${ADMIN}                           | nothing has expanded
            ORCH_ADMIN_KEY   | schlüssel-mit-umlaut-und-noch-mehr | no header can carry
            TEMPORAL_API_KEY | <your-key>                         | placeholder
            """)
    void aSecretThatIsNoneIsRefusedAndNotRepeated(String variable, String value, String fault) {
        assertThat(problems(Role.API, completeWith(variable, value)))
                .singleElement()
                .asString()
                .startsWith(variable + " ")
                .contains(fault)
                .doesNotContain(value);
    }

    @Test
    void theDevelopmentAdminKeyIsAcceptedWithAWarning() {
        OrchestratorConfiguration configuration =
                ConfigurationLoader.load(Role.API, completeWith("ORCH_ADMIN_KEY", "dev-admin-key"));

        assertThat(configuration.keys().admin().name("dev-admin-key")).contains("admin");
        assertThat(configuration.warnings()).singleElement().asString().startsWith("ORCH_ADMIN_KEY (");
    }

    @Test
    void theDevelopmentAdminKeyIsWarnedOfUnderAnyName() {
        OrchestratorConfiguration configuration =
                ConfigurationLoader.load(Role.API, completeWith("ORCH_ADMIN_KEYS", "alice:dev-admin-key"));

        assertThat(configuration.warnings()).singleElement().asString().startsWith("ORCH_ADMIN_KEYS (");
    }

    @Test
    void severalKeysStandInForTheSingleOnes() {
        String other = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
        OrchestratorConfiguration configuration = ConfigurationLoader.load(
                Role.API,
                completeWith(
                        "ORCH_MASTER_KEY", "",
                        "ORCH_MASTER_KEYS", other + "," + Variables.MASTER_KEY,
                        "ORCH_ADMIN_KEY", "",
                        "ORCH_ADMIN_KEYS", "alice:key-of-alice"));

        assertThat(configuration.masterKeys())
                .isEqualTo(MasterKeys.of(MasterKey.parse(other), MasterKey.parse(Variables.MASTER_KEY)));
        assertThat(configuration.keys().admin().name("key-of-alice")).contains("alice");
        assertThat(configuration.keys().admin().name("")).isEmpty();
    }

    @Test
    void severalKeysMayBeAListInTheFile() throws IOException {
        Path file = write(
                "keys: {master: '', masters: [\"" + Variables.MASTER_KEY + "\"], admins: ['alice:key-of-alice']}");

        OrchestratorConfiguration configuration = ConfigurationLoader.load(Role.API, file, complete());

        assertThat(configuration.masterKeys()).isEqualTo(MasterKeys.of(MasterKey.parse(Variables.MASTER_KEY)));
        assertThat(configuration.keys().admin().name("key-of-alice")).contains("alice");
    }

    @Test
    void theRotationOfTheMasterKeyNeedsNoKeyButThatOne() {
        OrchestratorConfiguration configuration = ConfigurationLoader.load(
                Role.MASTER_KEY_ROTATION,
                Map.of(
                        "ORCH_DATABASE_URL",
                        "postgresql://orch@db/orchestrator",
                        "ORCH_MASTER_KEYS",
                        Variables.MASTER_KEY));

        assertThat(configuration.masterKeys()).isEqualTo(MasterKeys.of(MasterKey.parse(Variables.MASTER_KEY)));
        assertThatThrownBy(configuration::keys).isInstanceOf(IllegalStateException.class);
        assertThat(problems(Role.MASTER_KEY_ROTATION, Map.of()))
                .hasSize(2)
                .anyMatch(problem -> problem.startsWith("ORCH_MASTER_KEY is not set; "));
    }

    @Test
    void aProvidersKeyThatNobodyFilledInIsWarnedOfOnceAndNotRepeated() {
        OrchestratorConfiguration configuration = ConfigurationLoader.load(
                Role.WORKER,
                completeWith(
                        "LLM_API_KEY", "sk-ant-...",
                        "OPENAI_API_KEY", "sk-a-real-one",
                        "GITHUB_TOKEN", "ghp_..."));

        assertThat(configuration.warnings())
                .containsExactly("LLM_API_KEY still holds a template's placeholder; engines get it as it is.");
    }

    @Test
    void theDatabaseUrlIsNotRepeatedBecauseItHoldsAPassword() {
        assertThat(problems(Role.WORKER, completeWith("ORCH_DATABASE_URL", "postgresql://me:hunter/2@db/x")))
                .singleElement()
                .asString()
                .startsWith("ORCH_DATABASE_URL ")
                .doesNotContain("hunter");
    }

    @Test
    void aBlankVariableCountsAsNotSetAndBlanksAroundAValueDoNotCount() {
        OrchestratorConfiguration configuration = ConfigurationLoader.load(
                Role.API, completeWith("ORCH_API_PORT", "  ", "ORCH_PORT_MAX", " 9500\n", "ORCH_HOST_ID", ""));

        assertThat(configuration.http().apiPort()).isEqualTo(8000);
        assertThat(configuration.engine().ports().max()).isEqualTo(9500);
        assertThat(configuration.engine().hostId()).isEmpty();
    }

    @Test
    void whereNothingIsAChoiceAnEmptyVariableIsOne() {
        EngineSettings engine = ConfigurationLoader.load(
                        Role.WORKER,
                        completeWith("ORCH_ENGINE_MIGRATE_COMMAND", "", "ORCH_ENGINE_ENV_PASSTHROUGH", " "))
                .engine();

        assertThat(engine.migrateCommand()).as("the image migrates at boot").isEmpty();
        assertThat(engine.envPassthrough()).as("nothing is handed on").isEmpty();
    }

    @Test
    void aListMayBeWrittenAsOne() throws IOException {
        Path file = write("""
                engine:
                  envPassthrough: [LLM_API_KEY, "${EXTRA}"]
                  imagesAllowed:
                    - september-engine:2.*
                    - september-engine:3.0
                """);

        EngineSettings engine = ConfigurationLoader.load(Role.WORKER, file, completeWith("EXTRA", "HTTPS_PROXY"))
                .engine();

        assertThat(engine.envPassthrough()).containsExactly("LLM_API_KEY", "HTTPS_PROXY");
        assertThat(engine.imagesAllowed()).containsExactly("september-engine:2.*", "september-engine:3.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{a: 1}", "[[9001]]", "[{a: 1}]", "[null]"})
    void whatIsNeitherAValueNorAListOfValuesIsRefused(String value) throws IOException {
        assertThat(problems(Role.WORKER, write("engine: {envPassthrough: " + value + "}"), complete()))
                .containsExactly("engine.envPassthrough in config.yml is neither a value nor a list of values;"
                        + " see the config.yml that came with this version.");
    }

    @Test
    void aValueMayContainWhatYamlOrAVariableWouldLookLike() {
        String key = "a:'b'#{c}$$d\"e-0123456789";

        OrchestratorConfiguration configuration =
                ConfigurationLoader.load(Role.API, completeWith("ORCH_ADMIN_KEY", key));

        assertThat(configuration.keys().admin().name(key)).contains("admin");
    }

    @Test
    void theOperatorsFileGoesBeforeTheShippedOneWhichCompletesIt() throws IOException {
        Path file = write("""
                http:
                  apiPort: 8500
                database:
                  url: postgresql://orch:${DB_PASSWORD}@db/orchestrator
                """);

        OrchestratorConfiguration configuration = ConfigurationLoader.load(
                Role.WORKER, file, Map.of("ORCH_API_PORT", "1", "DB_PASSWORD", "tiger", "ORCH_PORT_MIN", "9002"));

        assertThat(configuration.http().apiPort()).isEqualTo(8500);
        assertThat(configuration.database().url().password()).isEqualTo("tiger");
        assertThat(configuration.engine().ports()).isEqualTo(new PortRange(9002, 9999));
    }

    @Test
    void aLiteralInTheFileIsNamedByItsPlace() throws IOException {
        Path file = write("engine: {portMin: many}");

        assertThat(problems(Role.WORKER, file, complete()))
                .containsExactly("engine.portMin in config.yml is \"many\", which cannot be used;"
                        + " use a whole number from 1024 to 65535.");
    }

    @Test
    void anUnknownSettingIsRefusedBecauseItIsATypo() throws IOException {
        Path file = write("engine: {portMinimum: 9001}");

        assertThat(problems(Role.WORKER, file, complete()))
                .singleElement()
                .asString()
                .startsWith("engine.portMinimum in config.yml is not a setting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine: [", "- a list", "just text"})
    void aFileThatIsNoMapOfSettingsIsRefusedInOneLine(String content) throws IOException {
        Path file = write(content);

        assertThat(problems(Role.WORKER, file, complete()))
                .singleElement()
                .asString()
                .startsWith(file.toString())
                .doesNotContain("\n");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThat(problems(Role.WORKER, folder.resolve("absent.yml"), complete()))
                .singleElement()
                .asString()
                .contains("absent.yml cannot be read");
    }

    @Test
    void anEmptyFileMeansTheShippedOne() throws IOException {
        OrchestratorConfiguration configuration = ConfigurationLoader.load(Role.API, write("# nothing\n"), complete());

        assertThat(configuration.http().apiPort()).isEqualTo(8000);
    }

    @Test
    void noSecretShowsInAnyText() {
        OrchestratorConfiguration configuration =
                ConfigurationLoader.load(Role.API, completeWith("TEMPORAL_API_KEY", "tmprl-key"));

        assertThat(configuration + " " + configuration.keys() + configuration.database() + configuration.temporal())
                .doesNotContain(Variables.MASTER_KEY, Variables.ADMIN_KEY, "p@ss", "p%40ss", "tmprl-key");
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("config.yml"), content);
    }

    private static List<String> problems(Role role, Map<String, String> variables) {
        return catchThrowableOfType(
                        InvalidConfigurationException.class, () -> ConfigurationLoader.load(role, variables))
                .problems();
    }

    private static List<String> problems(Role role, Path file, Map<String, String> variables) {
        return catchThrowableOfType(
                        InvalidConfigurationException.class, () -> ConfigurationLoader.load(role, file, variables))
                .problems();
    }
}
