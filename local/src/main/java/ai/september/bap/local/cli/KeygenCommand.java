package ai.september.bap.local.cli;

import ai.september.bap.registry.vault.MasterKey;
import picocli.CommandLine.Command;

/** {@code ./bap keygen}: prints a master key, and nothing else. */
@Command(
        name = "keygen",
        description = "Prints a new master key (a Fernet key), for ORCH_MASTER_KEY.",
        mixinStandardHelpOptions = true)
final class KeygenCommand implements Runnable {

    @Override
    public void run() {
        System.out.println(MasterKey.generate().reveal());
    }
}
