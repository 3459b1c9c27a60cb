package ai.september.bap.local.cli;

import ai.september.bap.process.keys.RotateMasterKeyMain;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ./bap rotate-master-key}: the third step of a rotation, see docs/keys.md. */
@Command(
        name = "rotate-master-key",
        description = {
            "Brings the keys of all engines under the first key of ORCH_MASTER_KEYS, while",
            "API and workers serve. To be run once every API has that key first. It can be",
            "ended at any moment; started again, it goes on where it ended."
        },
        footer = {
            "",
            "Exit codes:",
            "  0   the first master key opens the key of every engine",
            "  1   it does not, or this ended early; the output says why and what to do",
            "  78  wrong configuration"
        },
        mixinStandardHelpOptions = true)
final class RotateMasterKeyCommand implements Runnable {

    @Parameters(arity = "0..1", paramLabel = "config.yml", description = "the configuration")
    private @Nullable String file;

    @Override
    public void run() {
        RotateMasterKeyMain.main(file == null ? new String[0] : new String[] {file});
    }
}
