package ai.september.bap.local.cli;

import ai.september.bap.local.Versions;
import picocli.CommandLine.Command;

/** {@code ./bap version}. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {

    @Override
    public void run() {
        System.out.println(Versions.ofThisBuild().bap());
    }
}
