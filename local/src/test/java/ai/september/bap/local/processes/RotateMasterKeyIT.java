package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.ProcessMain;
import ai.september.bap.registry.vault.KeyGenerator;
import ai.september.bap.registry.vault.MasterKey;
import ai.september.bap.registry.vault.MasterKeys;
import ai.september.bap.registry.vault.Vault;
import ai.september.bap.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code rotate-master-key} as an operator runs it. */
@Timeout(300)
class RotateMasterKeyIT {

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir
    Path folder;

    private final MasterKey old = MasterKey.generate();
    private final MasterKey fresh = MasterKey.generate();
    private final String both = fresh.reveal() + "," + old.reveal();

    private Installation installation;

    @BeforeEach
    void install() throws Exception {
        installation = new Installation(folder, database.url());
        installation.migrate().awaitEnd(0);
    }

    @AfterEach
    void uninstall() throws Exception {
        installation.close();
    }

    /** So many engines with a key that is sealed under this one. */
    private String engines(int count, MasterKey masterKey) {
        String token = new Vault(MasterKeys.of(masterKey)).seal(new KeyGenerator(new SecureRandom()).engineKey());
        UUID product = UUID.randomUUID();
        Jdbi.create(database.dataSource()).useHandle(handle -> {
            handle.execute(
                    "INSERT INTO products (product_id, slug, display_name) VALUES (?, 'p' || ?, 'Product')",
                    product,
                    product.toString());
            handle.execute("INSERT INTO hosts (host_id, backend, port_min, port_max) VALUES ('h', 'docker', 1, 2)"
                    + " ON CONFLICT DO NOTHING");
            handle.execute(
                    "INSERT INTO engines (engine_id, product_id, user_id, host_id, status, image, key_hash, key_token)"
                            + " SELECT gen_random_uuid(), ?, 'u' || n, 'h', 'stopped', 'i:1', sha256('x'), ?"
                            + " FROM generate_series(1, ?) n",
                    product,
                    token,
                    count);
        });
        return token;
    }

    private List<String> engineIdsOf(String token) {
        return Jdbi.create(database.dataSource())
                .withHandle(handle -> handle.createQuery("SELECT engine_id::text FROM engines WHERE key_token = ?")
                        .bind(0, token)
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void killedAndStartedAgainItGoesOnWhereItEnded() throws Exception {
        String token = engines(60_000, old);

        installation
                .rotateMasterKey(both)
                .awaitLog("10000 of 60000 engines: 10000 keys sealed anew")
                .kill();
        int left = engineIdsOf(token).size();
        Program again = installation.rotateMasterKey(both).awaitEnd(0);

        assertThat(left).isBetween(1, 50_000);
        assertThat(again.complaints()).isEmpty();
        assertThat(again.output())
                .contains("60000 engines: " + left + " keys sealed anew")
                .last()
                .isEqualTo("Checked: the first master key opens the keys of all engines. The others can go.");
        assertThat(engineIdsOf(token)).isEmpty();
        assertThat(installation.rotateMasterKey(fresh.reveal()).awaitEnd(0).output())
                .contains("60000 engines: 0 keys sealed anew");
    }

    @Test
    void whatNoKeyOpensIsNamedWithoutShowingIt() throws Exception {
        engines(10, old);
        String lost = engines(120, MasterKey.generate());
        List<String> ids = engineIdsOf(lost);

        Program program = installation.rotateMasterKey(both).awaitEnd(ProcessMain.EXIT_FAILURE);

        assertThat(program.output())
                .contains("130 engines: 10 keys sealed anew")
                .noneMatch(line -> line.contains("Checked"));
        assertThat(program.complaints().get(0))
                .startsWith("120 engines have a key that no master key opens. Add the one that sealed it");
        assertThat(program.complaints().subList(1, 101))
                .doesNotHaveDuplicates()
                .allMatch(line -> ids.contains(line.strip()));
        assertThat(program.complaints()).hasSize(102).last().isEqualTo("  and 20 more");
        assertThat(program.complaints() + "" + program.output()).doesNotContain(lost, old.reveal(), fresh.reveal());
    }

    @Test
    void aDatabaseThatGoesAwayEndsItWithTheReasonAndWhatToDo() throws Exception {
        engines(60_000, old);
        Program program = installation.rotateMasterKey(both).awaitLog("10000 of 60000 engines");

        database.cutOff();
        try {
            program.awaitEnd(ProcessMain.EXIT_FAILURE);
        } finally {
            database.restore();
        }

        assertThat(program.complaints())
                .singleElement()
                .asString()
                .startsWith("Ended early: ")
                .endsWith(" Run this again: it goes on from here.")
                .doesNotContain("gAAAA");
    }

    @Test
    void itsHelpNamesTheExitCodes() throws Exception {
        try (Program program = Program.start(folder, Map.of(), "rotate-master-key", "--help")) {
            program.awaitEnd(0);
            assertThat(String.join("\n", program.output())).contains("ORCH_MASTER_KEYS", "Exit codes:", "78");
        }
    }
}
